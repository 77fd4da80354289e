import { createHash } from 'node:crypto';
import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { requestKey } from './request-record.ts';

const noticeRow = z.object({ kind: z.enum(['email', 'phone']), sealed: bytes });
export type NoticeAddress = { readonly kind: 'email' | 'phone'; readonly value: string };
/**
 * An address that an erasure is announced to, and until when that can be stopped: under the request's own key, since the
 * profile's is destroyed, and since nobody else may change what is told.
 */
export type Notice = NoticeAddress & { readonly until: string };
/** As it was read: `digest` is that of its sealed text. */
export type ReadNotice = Notice & { readonly digest: string };
const sealedText = z.strictObject({ value: z.string(), until: z.string() });

/**
 * The same for every profile in which an address stands, so that nobody is told twice; another in each request, so that
 * rows and queues that outlive the data do not say which requests told the same person (A35).
 */
export const noticeIdOf = (requestId: string, kind: string, hash: string): string =>
  createHash('sha256').update(`${requestId}\0${kind}\0${hash}`, 'utf8').digest('hex').slice(0, 32);

/** The message that goes there. */
export const messageIdOf = (noticeId: string): string => `erasure-notice-${noticeId}`;

const binding = (requestId: string, noticeId: string, kind: string): readonly string[] => [
  'notice',
  requestId,
  noticeId,
  kind,
];

const digestOf = (sealed: Uint8Array): string => createHash('sha256').update(sealed).digest('base64url');

/** The write of an address, sealed with the request's key that the caller lends, and the digest of what is sealed. */
export function writeNotice(
  requests: Table,
  requestId: string,
  key: Buffer,
  { noticeId, kind, ...text }: Notice & { noticeId: string },
): { write: TransactionItem; digest: string } {
  const sealed = seal(key, binding(requestId, noticeId, kind), Buffer.from(JSON.stringify(text), 'utf8'));
  const write = {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(requestId, `NOTICE#${noticeId}`), kind, sealed },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  return { write, digest: digestOf(sealed) };
}

/** The notice; undefined where there is none, or the request's key is gone. @throws SealBroken where it was changed */
export async function readNotice(
  requests: Table,
  vault: VaultKeys,
  requestId: string,
  noticeId: string,
): Promise<ReadNotice | undefined> {
  const item = await getItem(requests, requestKey(requestId, `NOTICE#${noticeId}`));
  if (!item) return undefined;
  const { kind, sealed } = noticeRow.parse(item);
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(unseal(key, binding(requestId, noticeId, kind), sealed).toString('utf8')),
  );
  if (opened.status !== 'open') return undefined;
  return { kind, digest: digestOf(sealed), ...sealedText.parse(JSON.parse(opened.value)) };
}
