import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { writeContact } from './contact.ts';
import { dueBy, lapseAt, type Seat } from './deadlines/due-date.ts';
import type { Effect } from './effects.ts';
import { askForMessage } from './messages-outbox.ts';
import { workKeys, type RequestRecord } from './request-record.ts';
import { writeSubject, type Subject } from './subject.ts';
import { createRequest, type RequestStores } from './request-store.ts';
import { hashSecret } from './secret.ts';
import type { AvailableRight } from './states.ts';

type Filed = { readonly requestId: string; readonly receivedAt: string; readonly dueAt: string };

/** Thrown when the key of a new request cannot be used: nothing was filed. */
export class RequestKeyMissing extends Error {
  override readonly name = 'RequestKeyMissing';
}

/**
 * Files a request that a person sent by e-mail address. Nothing is looked up: what is done, and what is answered, is
 * the same whether anything is on record or not. `codeId` names the code message, or is left out where the identifier's
 * limit is reached; then nothing is sent.
 */
export async function fileBySubject(
  stores: RequestStores,
  vault: VaultKeys,
  filing: {
    requestId: string;
    right: AvailableRight;
    email: string;
    identifierHash: string;
    browserSecret: string;
    language: 'en' | 'de';
    seat: Seat;
    codeId?: string | undefined;
    /** Of an erasure: whom its receipt will be about. */
    subject?: Subject | undefined;
    now: Date;
  },
): Promise<Filed & { effects: Effect[] }> {
  const { requestId, right, language, codeId, subject } = filing;
  const receivedAt = filing.now.toISOString();
  const { dueAt, dueOn } = dueBy(receivedAt, filing.seat);
  const filed: Filed = { requestId, receivedAt, dueAt };
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve([
      writeContact(stores.requests, requestId, key, { email: filing.email }),
      ...(subject ? [writeSubject(stores.requests, requestId, key, subject)] : []),
    ]),
  );
  if (opened.status !== 'open') throw new RequestKeyMissing(`request ${requestId} has no key`);
  const message =
    codeId === undefined ? undefined : { messageId: codeId, kind: 'code' as const, at: receivedAt };
  await createRequest(
    stores,
    {
      ...filed,
      dueOn,
      right,
      language,
      codeAsked: codeId !== undefined,
      channel: {
        kind: 'subject',
        identifierKind: 'email',
        identifierHash: filing.identifierHash,
        browserSecretHash: hashSecret(filing.browserSecret),
      },
    },
    {
      actor: 'subject',
      facts: { right, channel: 'subject', identifierKind: 'email' },
      work: workKeys('lapse', requestId, lapseAt(receivedAt)),
      items: [...opened.value, ...(message ? [askForMessage(stores.requests, requestId, message)] : [])],
    },
  );
  return {
    ...filed,
    effects: codeId === undefined ? [] : [{ kind: 'send-message', requestId, messageId: codeId }],
  };
}

/** Files a request that a site sent in the session of its user, or by order of its controller. Who is written to is found by the plan. */
export async function fileBySite(
  stores: RequestStores,
  vault: VaultKeys,
  filing: {
    requestId: string;
    right: AvailableRight;
    channel: Extract<RequestRecord['channel'], { kind: 'site' }>;
    language: 'en' | 'de';
    seat: Seat;
    /** Of an erasure: whom its receipt will be about. */
    subject?: Subject | undefined;
    now: Date;
  },
): Promise<Filed> {
  const { requestId, right, language, channel, subject } = filing;
  const receivedAt = filing.now.toISOString();
  const { dueAt, dueOn } = dueBy(receivedAt, filing.seat);
  const filed: Filed = { requestId, receivedAt, dueAt };
  const items = subject ? [await sealSubject(stores, vault, requestId, subject)] : [];
  await createRequest(
    stores,
    { ...filed, dueOn, right, language, channel },
    {
      actor: 'site',
      facts: {
        ...{ right, channel: 'site', siteId: channel.siteId, method: channel.method },
        ...(channel.order === undefined ? {} : { order: channel.order }),
      },
      work: workKeys('lapse', requestId, lapseAt(receivedAt)),
      items,
    },
  );
  return filed;
}

async function sealSubject(
  { requests }: RequestStores,
  vault: VaultKeys,
  requestId: string,
  subject: Subject,
): Promise<TransactionItem> {
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(writeSubject(requests, requestId, key, subject)),
  );
  if (opened.status !== 'open') throw new RequestKeyMissing(`request ${requestId} has no key`);
  return opened.value;
}
