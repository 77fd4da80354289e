import type { Account } from './account.ts';
import type { Outbox } from './outbox.ts';
import type { Show } from './show.ts';
import type { SiteData } from './site-user.ts';

/** What every step of the play needs. */
export type Stage = {
  readonly apiUrl: string;
  readonly outbox: Outbox;
  readonly show: Show;
  readonly data: SiteData;
  readonly caFile: string;
  /** Where downloaded bundles and receipts go. */
  readonly bundleFolder: string;
  /** What lies behind the API, to see what an erasure leaves there. */
  readonly account: Account;
};

/** Names that the controllers state at enrolment. */
export const controllerNames = { shop: 'Example Shop', backOffice: 'Example Plugins GmbH' };
/** Where the shop wants to be written to. */
export const shopContact = 'privacy@shop.example.net';

/** An id, short enough to be read. */
export const short = (id: string): string => `${id.slice(0, 8)}…${id.slice(-4)}`;

/** Who plays which part, by user name. */
export const cast = {
  /** Customer of the shop and, under the same address, of the vendor. Takes a copy of the data, then has it erased. */
  both: 'jonas.weber',
  /** Never confirmed the e-mail address to the shop. */
  unverified: 'okafor',
  /** Refuses the terms. */
  refuses: 'tanaka',
  /** Takes the data along. */
  moves: 'zofia_n',
  /** Asks for erasure with less proof than it takes. */
  mailboxOnly: 'mara.lindqvist',
} as const;

/** What the shop reads its user's devices for. */
export const readPurpose = 'risk-based-login';
