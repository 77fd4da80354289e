import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { requestKey } from './request-record.ts';

const subjectRow = z.object({ hash: z.string(), sealedSalt: bytes });
/** Whom a receipt will be about: a salted hash of how the person is known, and the salt that only the person is given. */
export type Subject = { readonly hash: string; readonly salt: string };

const binding = (requestId: string): readonly string[] => ['subject-salt', requestId];

/** The write of a subject, its salt sealed with the request's key that the caller lends. */
export function writeSubject(
  requests: Table,
  requestId: string,
  key: Buffer,
  { hash, salt }: Subject,
): TransactionItem {
  const sealedSalt = seal(key, binding(requestId), Buffer.from(salt, 'utf8'));
  return {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(requestId, 'SUBJECT'), hash, sealedSalt },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

export async function readSubjectHash(requests: Table, requestId: string): Promise<string | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'SUBJECT'));
  return item === undefined ? undefined : subjectRow.parse(item).hash;
}

/** The salt; undefined where there is none, or the request's key is gone. */
export async function readSalt(
  requests: Table,
  vault: VaultKeys,
  requestId: string,
): Promise<string | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'SUBJECT'));
  if (!item) return undefined;
  const { sealedSalt } = subjectRow.parse(item);
  const opened = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
    Promise.resolve(unseal(key, binding(requestId), sealedSalt).toString('utf8')),
  );
  return opened.status === 'open' ? opened.value : undefined;
}
