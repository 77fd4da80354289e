import type { LedgerHead } from '#shared/ledger/event.ts';
import { describeVerdict } from '#shared/receipts/describe-verdict.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import { readKeysFile, readReceiptFile } from './given-file.ts';

/** The request that a receipt is about, and the last event of its chain when the receipt was signed. */
export type ReceiptHead = { readonly requestId: string; readonly head: LedgerHead };

/**
 * Reads what a receipt says of the ledger. One that does not verify says nothing, and what is wrong with it is printed.
 * @throws CommandRefused where a file cannot be read
 */
export async function readReceiptHead(file: string, keysFile: string): Promise<ReceiptHead | undefined> {
  const keys = await readKeysFile(keysFile);
  const verdict = await verifyReceipt(await readReceiptFile(file), keys);
  const { problems, content } = verdict;
  if (content && problems.length === 0) return { requestId: content.requestId, head: content.ledger };
  for (const line of describeVerdict(verdict, false)) console.log(line);
  return undefined;
}
