import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { Table } from '#shared/aws/table.ts';
import { putReceipt, readReceipt } from '#shared/requests/receipt-store.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { signJws, type SigningKey } from '#shared/signing/sign-jws.ts';
import type { ReceiptContent } from './receipt-content.ts';
import { receiptStatement } from './receipt-statement.ts';

/**
 * Signs the receipt of an erasure once and keeps it under the hash of its content; asked again, the kept one stands.
 * @returns that hash
 * @throws ReceiptUnsound where the sums do not add up
 */
export async function signReceipt(
  requests: Table,
  key: SigningKey,
  { requestId }: Pick<RequestRecord, 'requestId'>,
  content: ReceiptContent,
  now: Date,
): Promise<string> {
  const { typ, payload, contentHash } = receiptStatement(content);
  const kept = await readReceipt(requests, requestId);
  if (kept?.contentHash === contentHash) return contentHash;
  const iat = Math.floor(now.getTime() / 1_000);
  const jws = await signJws(key, { typ, payload, iat, detached: false });
  try {
    const receipt = { contentHash, jws, at: now.toISOString() };
    await transact(requests.client, [putReceipt(requests, requestId, receipt)]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
  return contentHash;
}
