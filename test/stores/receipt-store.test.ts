import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { putReceipt, readReceipt, readReceipts, receiptStands } from '#shared/requests/receipt-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { createTable, withSmallPages } from '#test/support/engine-table.ts';

let requests: Table;
let requestId: string;
beforeAll(async () => {
  requests = await createTable('requests');
});
beforeEach(() => {
  requestId = uuid();
});

/** A receipt that says this, and the hash of it. */
const receipt = (says: string, at = '2027-06-15T12:00:00.000Z', signature = 'signature') => ({
  contentHash: createHash('sha256').update(says).digest('base64url'),
  ...{ jws: `header.${Buffer.from(says).toString('base64url')}.${signature}`, at },
});
const put = (one: ReturnType<typeof receipt>, id = requestId) =>
  transact(requests.client, [putReceipt(requests, id, one)]);
const read = (contentHash?: string, id = requestId) =>
  readReceipt(requests, { requestId: id, receipt: contentHash });
const stands = (contentHash: string) =>
  transact(requests.client, [receiptStands(requests, requestId, contentHash)]);

describe('the receipts of a request', () => {
  it('are kept once for one content: what was signed first stands', async () => {
    await put(receipt('a'));

    const again = put(receipt('a', '2027-06-16T12:00:00.000Z', 'another'));

    await expect(again).rejects.toMatchObject({ name: 'TransactionRefused' });
    expect(await read(receipt('a').contentHash)).toEqual(receipt('a'));
  });

  it('A17: are served as the end names one, whatever was written later beside it', async () => {
    await put(receipt('a'));
    await put(receipt('planted', '2027-06-17T12:00:00.000Z'));

    expect(await read(receipt('a').contentHash)).toEqual(receipt('a'));
    expect(await read()).toBeUndefined();
    expect(await read(receipt('b').contentHash)).toBeUndefined();
  });

  it.each([
    ['says something else', { jws: receipt('b').jws }],
    ['calls itself something else', { contentHash: receipt('b').contentHash }],
    ['is none', { jws: 7 }],
  ])('A17: are none where the row %s', async (_, change) => {
    const honest = receipt('a');
    const Item = { ...requestKey(requestId, `RECEIPT#${honest.contentHash}`), ...honest, ...change };
    await requests.client.send(new PutCommand({ TableName: requests.name, Item }));

    await expect(read(honest.contentHash)).rejects.toMatchObject({ name: 'ReceiptForged' });
    expect(await readReceipts(requests, requestId)).toEqual([]);
  });

  it('are all read, on however many pages', async () => {
    const all = ['e', 'b', 'z', 'a', 'c'].map((says) => receipt(says));
    for (const one of all) await put(one);
    const paged = withSmallPages(requests);

    expect(new Set(await readReceipts(paged, requestId))).toEqual(new Set(all));
    expect(paged.queries()).toBe(3);
  });

  it('are those of that request alone', async () => {
    await put(receipt('a'), uuid());

    expect(await read(receipt('a').contentHash)).toBeUndefined();
    expect(await readReceipts(requests, requestId)).toEqual([]);
  });

  it('stand for an end that names one that is there, and for no other', async () => {
    await put(receipt('a'));

    await expect(stands(receipt('a').contentHash)).resolves.toBeUndefined();
    await expect(stands(receipt('b').contentHash)).rejects.toMatchObject({
      ...{ name: 'TransactionRefused', failed: [0] },
    });
  });
});
