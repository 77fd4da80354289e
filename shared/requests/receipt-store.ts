import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey } from './request-record.ts';

const receiptRow = z.object({ contentHash: z.string(), jws: z.string(), at: z.string() });
/** A `RECEIPT#hash` row: the signed receipt, under the hash of what it says. */
export type Receipt = z.output<typeof receiptRow>;

const receiptKey = (requestId: string, contentHash: string) =>
  requestKey(requestId, `RECEIPT#${contentHash}`);

/** Keeps a receipt once: what was signed for this content stands. */
export const putReceipt = (requests: Table, requestId: string, receipt: Receipt): TransactionItem => ({
  Put: {
    TableName: requests.name,
    Item: { ...receiptKey(requestId, receipt.contentHash), ...receipt },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** The receipt of a request; of several the last that was made. */
export async function readReceipt(requests: Table, requestId: string): Promise<Receipt | undefined> {
  const items = await queryAll(requests, `R#${requestId}`, 'RECEIPT#');
  return items
    .map((item) => receiptRow.parse(item))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
}

/** Condition of an erasure's end: the receipt that it tells of is there. */
export const receiptStands = (requests: Table, requestId: string, contentHash: string): TransactionItem => ({
  ConditionCheck: {
    TableName: requests.name,
    Key: receiptKey(requestId, contentHash),
    ConditionExpression: 'attribute_exists(pk)',
  },
});
