import canonicalize from 'canonicalize';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { Table } from '#shared/aws/table.ts';
import { putReceipt, ReceiptForged } from '#shared/requests/receipt-store.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { signJws, type SigningKey } from '#shared/signing/sign-jws.ts';
import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import { readSigned } from './read-signed.ts';
import type { ReceiptContent } from './receipt-content.ts';
import { receiptStatement } from './receipt-statement.ts';

/** The key that signs, and the public part of every key that receipts were signed with. */
export type ReceiptKey = SigningKey & { readonly jwks: SigningJwks };

/**
 * Signs the receipt of an erasure once and keeps it under the hash of its content. Asked again, also by a later attempt that
 * looked again and found the same, the kept one stands; where it found something else, the new one refers to it. Only what
 * our own key signed counts as kept: many may write rows.
 * @returns that hash
 * @throws ReceiptUnsound where the sums do not add up; ReceiptForged where something unsigned stands in its place
 */
export async function signReceipt(
  requests: Table,
  key: ReceiptKey,
  { requestId }: Pick<RequestRecord, 'requestId'>,
  content: ReceiptContent,
  now: Date,
): Promise<string> {
  const kept = (await readSigned(requests, key.jwks, requestId)).at(-1);
  if (kept && saysTheSame(kept.controllers, content)) return kept.contentHash;
  const supplement = kept ? { ...content, refersTo: kept.contentHash } : content;
  const { typ, payload, contentHash } = receiptStatement(supplement);
  const iat = Math.floor(now.getTime() / 1_000);
  const jws = await signJws(key, { typ, payload, iat, detached: false });
  try {
    const receipt = { contentHash, jws, at: now.toISOString() };
    await transact(requests.client, [putReceipt(requests, requestId, receipt)]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const signed = await readSigned(requests, key.jwks, requestId);
    if (!signed.some((one) => one.contentHash === contentHash))
      throw new ReceiptForged(`what stands for the receipt of request ${requestId} is not signed`);
  }
  return contentHash;
}

/** Whether a signed receipt states the same results; when they were looked at does not matter. */
const saysTheSame = (signed: unknown, { controllers }: ReceiptContent): boolean =>
  canonicalize(signed) === canonicalize(controllers);
