import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import { endOf } from '#test/support/after-erasure.ts';
import { later } from '#test/support/erasure-request.ts';
import { done, erasureToSign, putBack, type ErasureToSign } from '#test/support/erasure-to-sign.ts';
import { erasureFunctions } from '#test/support/erasure-work.ts';
import { evidenceKey } from '#test/support/evidence-key.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

/** What a function taken over that writes `requests`, and may not sign, could try. */
let world: World;
let erasure: ErasureToSign;
let requestId: string;
let rows: Item[];
beforeAll(async () => {
  world = openWorld(await makeWorld());
  erasure = await erasureToSign(world);
  ({ requestId } = erasure);
  await erasure.workUpTo('Sign');
  rows = await queryAll(world.requests, `R#${requestId}`);
});
afterEach(() => putBack(world, requestId, rows));

type Content = Awaited<ReturnType<ErasureToSign['build']>>;
const iat = done.getTime() / 1_000;
/** Signed by another key under our key's name, over what was built here with these changes. */
async function forge(change: Partial<Content> = {}): Promise<string> {
  const { kms, keyId } = await fakeSigningKey('evidence');
  const { kid } = await evidenceKey(world);
  const { typ, payload } = receiptStatement({ ...(await erasure.build()), ...change });
  return signJws({ kms, keyId, kid }, { typ, payload, iat });
}
/** Signed by our key, and not as a receipt of this request. */
async function signed(payload: Uint8Array, typ: Parameters<typeof signJws>[1]['typ']): Promise<string> {
  return signJws(await evidenceKey(world), { typ, payload, iat });
}
const hashOf = (jws: string): string =>
  createHash('sha256')
    .update(Buffer.from(jws.split('.')[1] ?? '', 'base64url'))
    .digest('base64url');
const plant = (jws: unknown, contentHash = hashOf(String(jws)), at = later(500)) =>
  world.requests.client.send(
    new PutCommand({
      TableName: world.requests.name,
      Item: { ...requestKey(requestId, `RECEIPT#${contentHash}`), contentHash, jws, at },
    }),
  );
/** What stands under this hash verifies, speaks of that content, and supplements nothing. */
async function expectReceipt(contentHash: string, content: Content): Promise<void> {
  const { jws = '' } = (await readReceipt(world.requests, { requestId, receipt: contentHash })) ?? {};
  const { jwks } = await evidenceKey(world);
  expect(await verifyReceipt(jws, jwks)).toMatchObject({ problems: [], contentHash, content });
  expect(content).not.toHaveProperty('refersTo');
}

describe('A17: a row that was planted before the receipt is signed', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['signed by another key', async () => plant(await forge({ softwareVersion: '9.9.9' }))],
    [
      'of another request',
      async () => {
        const { payload, typ } = receiptStatement({
          ...(await erasure.build()),
          requestId: '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e',
        });
        return plant(await signed(payload, typ));
      },
    ],
    [
      'signed as another statement',
      async () => {
        const { payload } = receiptStatement({ ...(await erasure.build()), softwareVersion: '9.9.9' });
        return plant(await signed(payload, 'data-rights-checkpoint+jwt'));
      },
    ],
    ['of another form', () => plant(7, 'x'.repeat(43))],
    ['that says nothing', () => plant('a.b.c')],
  ])('stands for none where it is %s: one is signed beside it', async (_, planting) => {
    await planting();
    const content = await erasure.build();

    const contentHash = await erasure.sign(content);

    expect(contentHash).toBe(receiptStatement(content).contentHash);
    await expectReceipt(contentHash, content);
  });

  it('under the hash of what is to be signed: nothing is signed on top, and the request waits for a person', async () => {
    await plant(await forge());
    const { sign } = erasureFunctions(world, requestId, { now: () => done });

    await expect(erasure.sign(await erasure.build())).rejects.toMatchObject({ name: 'ReceiptForged' });
    await expect(sign()).rejects.toMatchObject({ name: 'ReceiptForged' });
  });

  it('in another spelling of our own signature is none', async () => {
    const content = await erasure.build();
    const contentHash = await erasure.sign(content);
    const { jws = '' } = (await readReceipt(world.requests, { requestId, receipt: contentHash })) ?? {};
    // Two bits of the last character stand for nothing.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = letters[letters.indexOf(jws.at(-1) ?? '') + 1] ?? '';
    await plant(`${jws.slice(0, -1)}${last}`, contentHash);

    await expect(erasure.sign(content)).rejects.toMatchObject({ name: 'ReceiptForged' });
  });
});

describe('A17: a row that was planted after the receipt was signed', () => {
  it('is not what a later attempt takes for the last one, nor refers to', async () => {
    const content = await erasure.build();
    const contentHash = await erasure.sign(content);
    await plant(await forge({ softwareVersion: '9.9.9' }), undefined, later(5_000));

    expect(await erasure.sign(content, new Date(later(9_000)))).toBe(contentHash);
  });

  it('does not make an earlier receipt the last, whatever time it is given', async () => {
    const first = await erasure.build();
    const renamed = (name: string, seconds: number): Content => {
      const controllers = first.controllers.map((one) => ({ ...one, name }));
      return { ...first, controllers, concludedAt: later(seconds) };
    };
    const firstHash = await erasure.sign(first);
    const secondHash = await erasure.sign(renamed('Store', 1_500), new Date(later(1_500)));
    const read = (receipt: string) => readReceipt(world.requests, { requestId, receipt });
    await plant((await read(firstHash))?.jws, firstHash, later(9_000));

    const third = await erasure.sign(renamed('Market', 2_000), new Date(later(2_000)));

    const { jwks } = await evidenceKey(world);
    const verdict = await verifyReceipt((await read(third))?.jws ?? '', jwks);
    expect(verdict).toMatchObject({ problems: [], content: { refersTo: secondHash } });
  });

  it('hides nothing: the receipt that the end names is served', async () => {
    const { sign, conclude } = erasureFunctions(world, requestId, { now: () => done });
    const contentHash = await sign();
    await plant(await forge({ softwareVersion: '9.9.9' }), undefined, later(9_000));
    await conclude(contentHash);

    const request = await requireRequest(world, requestId);
    expect(await readReceipt(world.requests, request)).toMatchObject({ contentHash });
    expect(await endOf(world, requestId)).toMatchObject({ tellsOfReceipt: true });
  });
});
