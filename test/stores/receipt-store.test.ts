import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { putReceipt, readReceipt, receiptStands } from '#shared/requests/receipt-store.ts';
import { createTable, withSmallPages } from '#test/support/engine-table.ts';

let requests: Table;
let requestId: string;
beforeAll(async () => {
  requests = await createTable('requests');
});
beforeEach(() => {
  requestId = uuid();
});

const receipt = (contentHash: string, at = '2027-06-15T12:00:00.000Z', jws = `jws-of-${contentHash}`) => ({
  ...{ contentHash, jws, at },
});
const put = (one: ReturnType<typeof receipt>, id = requestId) =>
  transact(requests.client, [putReceipt(requests, id, one)]);
const stands = (contentHash: string) =>
  transact(requests.client, [receiptStands(requests, requestId, contentHash)]);

describe('the receipts of a request', () => {
  it('are kept once for one content: what was signed first stands', async () => {
    await put(receipt('a'));

    const again = put(receipt('a', '2027-06-16T12:00:00.000Z', 'signed-again'));

    await expect(again).rejects.toMatchObject({ name: 'TransactionRefused' });
    expect(await readReceipt(requests, requestId)).toEqual(receipt('a'));
  });

  it('are read as the last that was made, whatever their hashes, on however many pages', async () => {
    const hashes = ['e', 'b', 'z', 'a', 'c'];
    for (const [n, hash] of hashes.entries()) await put(receipt(hash, `2027-06-1${n}T12:00:00.000Z`));
    const paged = withSmallPages(requests);

    expect(await readReceipt(paged, requestId)).toMatchObject({ contentHash: 'c' });
    expect(paged.queries()).toBe(3);
  });

  it('are those of that request alone', async () => {
    await put(receipt('a'), uuid());

    expect(await readReceipt(requests, requestId)).toBeUndefined();
  });

  it('stand for an end that names one that is there, and for no other', async () => {
    await put(receipt('a'));

    await expect(stands('a')).resolves.toBeUndefined();
    await expect(stands('b')).rejects.toMatchObject({ name: 'TransactionRefused', failed: [0] });
  });
});
