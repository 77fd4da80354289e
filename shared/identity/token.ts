import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { hashSecret, isSecret } from '#shared/requests/secret.ts';

/** What a proven person acts with: 256 random bits, kept as a hash, for 30 minutes, renewable by a fresh code. */
const validMinutes = 30;
const tokenRow = z.object({ hash: z.string(), expiresAt: z.string() });

/** One row per request: a fresh token revokes the one before (race 13). */
export function writeToken(
  requests: Table,
  requestId: string,
  token: string,
  now: Date,
): { item: TransactionItem; expiresAt: string } {
  const expiresAt = new Date(now.getTime() + validMinutes * 60_000).toISOString();
  const row = { hash: hashSecret(token), expiresAt };
  return {
    item: { Put: { TableName: requests.name, Item: { ...requestKey(requestId, 'TOKEN'), ...row } } },
    expiresAt,
  };
}

/** Ends whatever token a request has: one that has never been valid takes its place. */
export const revokeToken = (requests: Table, requestId: string): TransactionItem => ({
  Put: {
    TableName: requests.name,
    Item: { ...requestKey(requestId, 'TOKEN'), hash: '-', expiresAt: new Date(0).toISOString() },
  },
});

/** Whether this token speaks for this request now. */
export async function isTokenValid(
  requests: Table,
  requestId: string,
  token: string,
  now: Date,
): Promise<boolean> {
  const item = await getItem(requests, requestKey(requestId, 'TOKEN'));
  if (!item) return false;
  const { hash, expiresAt } = tokenRow.parse(item);
  return isSecret(token, hash) && expiresAt > now.toISOString();
}
