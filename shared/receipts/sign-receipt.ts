import canonicalize from 'canonicalize';
import * as z from 'zod';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { Table } from '#shared/aws/table.ts';
import { putReceipt, readReceipt } from '#shared/requests/receipt-store.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { signJws, type SigningKey } from '#shared/signing/sign-jws.ts';
import type { ReceiptContent } from './receipt-content.ts';
import { receiptStatement } from './receipt-statement.ts';

/**
 * Signs the receipt of an erasure once and keeps it under the hash of its content. Asked again, also by a later attempt that
 * looked again and found the same, the kept one stands; where it found something else, the new one refers to it.
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
  const kept = await readReceipt(requests, requestId);
  if (kept && saysTheSame(kept.jws, content)) return kept.contentHash;
  const supplement = kept ? { ...content, refersTo: kept.contentHash } : content;
  const { typ, payload, contentHash } = receiptStatement(supplement);
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

/** A receipt as we stored it: one that an earlier software signed may lack a field that is added since. */
const stored = z.object({ controllers: z.unknown() });

/** Whether a signed receipt states the same results; when they were looked at does not matter. */
function saysTheSame(jws: string, { controllers }: ReceiptContent): boolean {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  const signed = stored.parse(JSON.parse(payload));
  return canonicalize(signed.controllers) === canonicalize(controllers);
}
