import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { placeHold } from '#shared/retention/holds.ts';
import { at, startErasure } from '#test/support/erasure-request.ts';
import { done, erasureToSign, type ErasureToSign } from '#test/support/erasure-to-sign.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let erasure: ErasureToSign;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

describe('A6: what a receipt says', () => {
  beforeEach(async () => {
    erasure = await erasureToSign(world);
  });

  it('is what three functions counted, and what the ledger tells', async () => {
    await placeHold({ directory: world.directory, keys: world.vault.keys }, erasure.ids[0] ?? '', {
      ...{
        holdId: uuid(),
        datasets: ['account'],
        exception: '17(3)(e)',
        reviewAt: '2028-01-31',
        placedAt: at,
      },
    });
    await erasure.workUpTo('Sign');

    const content = await erasure.build();

    const [erased, withheld] = content.controllers.toSorted((a) =>
      a.controllerId === erasure.scope[0] ? -1 : 1,
    );
    const destroyed = await erasure.eventOf('keys-destroyed', erasure.ids[0]);
    expect(erased).toEqual({
      ...{ controllerId: erasure.scope[0], name: 'Shop' },
      places: [
        {
          ...{ place: 'vault', assurance: 'vendor-scanned', outcome: 'erased' },
          keysDestroyedAt: destroyed?.at,
          datasets: [
            {
              ...{ dataset: 'account', found: 1, erased: 0, retained: 1, residual: 0 },
              ...{ ground: 'hold', exception: '17(3)(e)', reviewAt: '2028-01-31' },
            },
            {
              ...{ dataset: 'consent', found: 2, erased: 0, retained: 2, residual: 0 },
              ...{ ground: 'data-map', exception: '17(3)(e)', reviewAt: '2030-06-15' },
            },
            { dataset: 'support-case', found: 3, erased: 3, retained: 0, residual: 0 },
          ],
        },
      ],
    });
    expect(withheld?.places).toEqual([
      {
        ...{ place: 'vault', outcome: 'withheld', reason: 'needs-level-2', assurance: 'vendor-scanned' },
        // In use as before: of this nothing is kept for a ground of Art. 17(3), nor locked.
        datasets: [
          { dataset: 'consent', found: 1, erased: 0, retained: 0, residual: 1 },
          { dataset: 'security-question', found: 2, erased: 0, retained: 0, residual: 2 },
        ],
      },
    ]);
    const scanned = await erasure.eventOf('scanned');
    expect(content).toMatchObject({
      issuer: { name: 'Vendor', keys: 'https://rights.example/v1/keys' },
      ...{ version: 1, requestId: erasure.requestId, right: 'erasure', ground: '17(1)(b)', receivedAt: at },
      ...{ concludedAt: scanned?.at, ledger: { seq: scanned?.seq, hash: scanned?.hash } },
      subject: { hash: 'h'.repeat(43), hashAlgorithm: 'sha-256' },
      ...{ dataMapVersion, softwareVersion: '0.1.0' },
    });
    const copies = content.remainingCopies.map(({ what }) => what);
    expect(copies).toEqual(expect.arrayContaining(['keys', 'ciphertext', 'retained-records', 'tombstone']));
  });

  it('is nothing that names its person', async () => {
    await erasure.workUpTo('Sign');

    const text = JSON.stringify(await erasure.build());

    for (const secret of [erasure.address.value, ...erasure.ids, 'canary', 'Rex', 's'.repeat(43)])
      expect(text).not.toContain(secret);
  });

  it('race 4: is that another request has erased a profile, and when', async () => {
    const other = await startErasure(world, erasure.address, { scope: [erasure.scope[0] ?? ''] });
    await runErasure(world, other, { now: () => done });
    await erasure.workUpTo('Sign');

    const content = await erasure.build();

    const { controllers } = content;
    const place = controllers.find(({ controllerId }) => controllerId === erasure.scope[0])?.places[0];
    expect(place).toMatchObject({ outcome: 'already-erased', keysDestroyedAt: done.toISOString() });
    expect(place?.datasets).toMatchObject([{ dataset: 'consent', found: 2, erased: 0, retained: 2 }]);
    expect(() => receiptStatement(content)).not.toThrow();
  });
});
