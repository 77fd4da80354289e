import { createHash } from 'node:crypto';
import * as z from 'zod';
import { getItem, queryAll, type Item, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey, type RequestRecord } from './request-record.ts';

const receiptRow = z.object({ sk: z.string(), contentHash: z.string(), jws: z.string(), at: z.string() });
/** A `RECEIPT#hash` row: the signed receipt, under the hash of what it says. */
export type Receipt = Omit<z.output<typeof receiptRow>, 'sk'>;

/** Thrown where the row of a receipt does not hold what was signed: somebody wrote rows. */
export class ReceiptForged extends Error {
  override readonly name = 'ReceiptForged';
}

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

/**
 * The receipt that a request ended with. Its end names it: of others that may lie beside it, whoever wrote them, none stands for it.
 * @returns undefined where the end names none, or it is not there
 * @throws ReceiptForged where the row does not hold what its hash stands for; whether it is signed its reader verifies
 */
export async function readReceipt(
  requests: Table,
  { requestId, receipt }: Pick<RequestRecord, 'requestId' | 'receipt'>,
): Promise<Receipt | undefined> {
  const item = receipt === undefined ? undefined : await getItem(requests, receiptKey(requestId, receipt));
  if (item === undefined) return undefined;
  const [row] = consistent([item]);
  if (!row) throw new ReceiptForged(`a receipt of request ${requestId} is not what its hash stands for`);
  return row;
}

/** What is kept as a receipt of a request, in no order. A row that does not hold what its hash stands for is none. */
export const readReceipts = async (requests: Table, requestId: string): Promise<Receipt[]> =>
  consistent(await queryAll(requests, `R#${requestId}`, 'RECEIPT#'));

const consistent = (items: readonly Item[]): Receipt[] =>
  items.flatMap((item) => {
    const { data } = receiptRow.safeParse(item);
    if (!data) return [];
    const { sk, ...row } = data;
    return sk === `RECEIPT#${row.contentHash}` && hashOf(row) === row.contentHash ? [row] : [];
  });

/** SHA-256 of the payload, base64url. */
const hashOf = ({ jws }: Pick<Receipt, 'jws'>): string =>
  createHash('sha256')
    .update(Buffer.from(jws.split('.')[1] ?? '', 'base64url'))
    .digest('base64url');

/** Condition of an erasure's end: the receipt that it tells of is there. */
export const receiptStands = (requests: Table, requestId: string, contentHash: string): TransactionItem => ({
  ConditionCheck: {
    TableName: requests.name,
    Key: receiptKey(requestId, contentHash),
    ConditionExpression: 'attribute_exists(pk)',
  },
});
