import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { buildReceipt } from '#shared/receipts/build-receipt.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { later } from '#test/support/erasure-request.ts';
import { erasureToSign, putBack, type ErasureToSign } from '#test/support/erasure-to-sign.ts';
import { receiptFacts } from '#test/support/erasure-work.ts';
import { evidenceKey } from '#test/support/evidence-key.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let erasure: ErasureToSign;
let requestId: string;

describe('A6: the receipt of an erasure', () => {
  let rows: Item[];
  beforeAll(async () => {
    world = openWorld(await makeWorld());
    erasure = await erasureToSign(world);
    ({ requestId } = erasure);
    await erasure.workUpTo('Sign');
    rows = await queryAll(world.requests, `R#${requestId}`);
  });
  /** Each test finds it as it was. */
  afterEach(() => putBack(world, requestId, rows));

  it('is the same however often it is built: it is signed once, and stored once', async () => {
    const [first, second] = [await erasure.build(), await erasure.build()];
    expect(first).toEqual(second);

    const hashes = await Promise.all([erasure.sign(first), erasure.sign(second)]);
    const stored = await erasure.receipts();
    const again = await erasure.sign(await erasure.build(), new Date(later(9_000)));

    expect(new Set([...hashes, again])).toEqual(new Set([receiptStatement(first).contentHash]));
    expect(stored).toHaveLength(1);
    expect(await erasure.receipts()).toEqual(stored);
  });

  it('verifies offline with the published key, and speaks of its content', async () => {
    const content = await erasure.build();
    const contentHash = await erasure.sign(content);

    const { jws = '' } = (await readReceipt(world.requests, { requestId, receipt: contentHash })) ?? {};
    const { jwks } = await evidenceKey(world);
    const verdict = await verifyReceipt(jws, jwks);

    expect(verdict).toMatchObject({ problems: [], contentHash, content });
  });

  it.each([
    ['more was found than was erased and kept', () => erasure.recount().setFound('support-case', 4)],
    ['less was found', () => erasure.recount().setFound('support-case', 2)],
    ['something is counted as erased that nobody found', () => erasure.recount().setErased('device', 1)],
    ['less was erased', () => erasure.recount().setErased('account', 0)],
    ['something was kept that was erased', () => erasure.recount().setScan({ retained: 1, residual: 0 })],
    ['something is left', () => erasure.recount().setScan({ retained: 0, residual: 1 })],
  ])('is none where %s: nothing is signed, nothing is stored', async (_, falsify) => {
    await falsify();

    const content = await erasure.build();

    await expect(erasure.sign(content)).rejects.toMatchObject({
      name: 'ReceiptUnsound',
      field: /^controllers\.\d/,
    });
    expect(await erasure.receipts()).toEqual([]);
  });

  it('A17: gives the ground that was announced, whatever the request’s row says', async () => {
    const { ground: _, ...without } = await requireRequest(world, requestId);

    const content = await buildReceipt(world, { ...without, ground: '17(1)(a)' }, receiptFacts);

    expect(content.ground).toBe('17(1)(b)');
  });

  it('is none where what is left and what was found fit, and nobody says that it stays', async () => {
    await erasure.recount().setFound('account', 2);
    await erasure.recount().setScan({ retained: 0, residual: 1 });

    await expect(erasure.sign(await erasure.build())).rejects.toMatchObject({
      problem: 'residual-not-stated',
    });
    expect(await erasure.receipts()).toEqual([]);
  });
});
