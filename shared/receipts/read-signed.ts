import * as z from 'zod';
import type { Table } from '#shared/aws/table.ts';
import { readReceipts, type Receipt } from '#shared/requests/receipt-store.ts';
import type { SigningJwks } from '#shared/signing/signing-jwk.ts';
import { StatementRefused, verifyJws } from '#shared/signing/verify-jws.ts';
import { receiptTyp } from './receipt-statement.ts';
import { findEncodingFaults } from './verify-receipt.ts';

/** What is looked at of a receipt that we signed: one by an earlier software may lack a field that is added since. */
const signedContent = z.object({ requestId: z.string(), concludedAt: z.string(), controllers: z.unknown() });
export type SignedReceipt = Pick<Receipt, 'contentHash'> & z.output<typeof signedContent>;

/**
 * The receipts of a request that one of these keys signed as such, in the order of the ends that they speak of. A row that
 * somebody else wrote, and a receipt of another request that was copied here, is none.
 */
export async function readSigned(
  requests: Table,
  jwks: SigningJwks,
  requestId: string,
): Promise<SignedReceipt[]> {
  const signed: SignedReceipt[] = [];
  for (const receipt of await readReceipts(requests, requestId)) {
    const content = await openSigned(receipt, jwks);
    if (content?.requestId === requestId) signed.push({ contentHash: receipt.contentHash, ...content });
  }
  return signed.toSorted((a, b) => (a.concludedAt < b.concludedAt ? -1 : 1));
}

async function openSigned(
  { jws }: Receipt,
  jwks: SigningJwks,
): Promise<z.output<typeof signedContent> | undefined> {
  try {
    const { payload } = await verifyJws(jws, jwks, { typ: receiptTyp });
    // Another spelling of the same bytes is refused by whoever verifies the receipt.
    if (findEncodingFaults(jws).length > 0) return undefined;
    return signedContent.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch (error) {
    if (error instanceof StatementRefused) return undefined;
    throw error;
  }
}
