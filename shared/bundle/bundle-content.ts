import type { DatasetName } from '#shared/data-map/data-map.ts';
import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import type { Language } from '#shared/data-map/language.ts';
import type { RecordForm } from './record-text.ts';
import type { Redaction } from './redaction.ts';

/** The records of one controller's dataset. Each form of it is opened when its file's turn comes. */
export type RecordFile = {
  readonly place: 'vault';
  readonly controllerId: string;
  readonly dataset: DatasetName;
  /** How many records it holds; any other number makes the bundle fail. */
  readonly count: number;
  /** Whole lines, as `recordText` makes them of each page of records. */
  readonly text: (form: RecordForm) => AsyncIterable<Buffer>;
};

/** What a controller may say in its own words (Art. 15(1)-(2), G12); collected at enrolment. Plain text. */
export type InformationTopic =
  | 'purposes'
  | 'recipients'
  | 'retention'
  | 'source'
  | 'rights'
  | 'complaint'
  | 'automatedDecisions'
  | 'transfers';

/** A controller, as it described itself at enrolment: nothing of this is trusted as markup. */
export type ControllerFacts = {
  readonly controllerId: string;
  readonly name: string;
  /** How to reach it: an e-mail address as a rule. */
  readonly contact: string;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
  /** `vendor`: the vendor itself, for its own customers. `site`: others, for whom the vendor is processor. */
  readonly kind: 'site' | 'vendor';
  readonly information?: Partial<Record<InformationTopic, string>>;
};

export type BundleRequest = {
  readonly requestId: string;
  readonly right: ExportRight;
  readonly receivedAt: string;
  readonly dueAt: string;
  /** The due day at the seat, `2027-04-05`. */
  readonly dueOn: string;
  readonly language: Language;
  /** Oldest first; enums and times only. */
  readonly timeline: readonly { readonly at: string; readonly event: string }[];
};

/** Everything that a bundle is made of. The same content makes the same bytes, `signature/` apart. */
export type BundleContent = {
  readonly request: BundleRequest;
  /** RFC 3339. Fixed when the work was planned, so that a rebuild is equal. */
  readonly createdAt: string;
  /** Bundle `number` of `of`, from 1. */
  readonly number: number;
  readonly of: number;
  /** Who makes the bundle and signs it: the vendor. */
  readonly issuer: { readonly name: string; readonly contact?: string; readonly keysUrl?: string };
  /** Those in the request's scope, those that hold nothing included. */
  readonly controllers: readonly ControllerFacts[];
  readonly files: readonly RecordFile[];
  readonly redactions: readonly Redaction[];
  /** Where data was erased before, and when: what is here of that controller is what had to be kept. */
  readonly erasures: readonly { readonly controllerId: string; readonly erasedAt: string }[];
  readonly dataMapVersion: string;
  /** The name of a disclosure's recipient that was kept by its id (P02, G12: recipients are named). */
  readonly nameRecipient?: (recipient: string) => Promise<string | undefined>;
};
