import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { releaseProfile } from '#shared/requests/release-profile.ts';
import { liftHold, placeHold } from '#shared/retention/holds.ts';
import { replayDestructions } from '#shared/retention/replay-destructions.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { at, later, now } from '#test/support/erasure-request.ts';
import { runErasure, type ErasureRun } from '#test/support/erasure-work.ts';
import { callFunction } from '#test/support/export-work.ts';
import { eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let scene: Scene;
let requestId: string;
const holdId = uuid();
beforeAll(async () => {
  world = openWorld(await makeWorld());
});
beforeEach(async () => {
  scene = await makeScene(world);
});

/** The proof of the consent is all that would stay besides what is held. */
async function forgetConsent(): Promise<void> {
  for (const { pk, sk } of await queryAll(world.records, `P#${scene.profileId}`, 'consent#'))
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.records.name, Key: { pk, sk } }));
}
/** Erases the profile under a hold, which is lifted then. */
async function eraseUnderHold(run: ErasureRun = {}): Promise<void> {
  const stores = { directory: world.directory, keys: world.vault.keys };
  const hold = { holdId, datasets: ['support-case'], reviewAt: '2028-01-01', placedAt: at };
  await placeHold(stores, scene.profileId, { ...hold, exception: '17(3)(e)' });
  requestId = await eraseScenes(world, [scene]);
  await runErasure(world, requestId, { now: () => now, ...run });
}
const lift = () => liftHold(world, scene.profileId, { holdId, now: later(10) });
const release = (own = world, when = later(20)) =>
  releaseProfile(
    { ...own, keys: own.vault.keys },
    { profileId: scene.profileId, now: when, mayGoOn: () => true },
  );
const retainedKey = () => readKey(world.vault.keys, `P#${scene.profileId}`, 'retained');
const restore = async (rows: readonly Item[]): Promise<void> => {
  for (const row of rows)
    await world.clients.dynamo.send(new PutCommand({ TableName: world.vault.keys.name, Item: row }));
};
const eventsOf = async () =>
  (await readChain(world.ledger, `R#${requestId}`)).filter(({ type }) => type === 'retained-key-destroyed');

describe('G16: once a hold is lifted of which nothing else stays', () => {
  beforeEach(async () => {
    await forgetConsent();
    await eraseUnderHold();
  });

  it('the retained key is destroyed, with an event of the request that erased the profile', async () => {
    await release();
    expect(await retainedKey()).toMatchObject({ state: 'live' });
    await lift();

    expect(await release()).toEqual({ done: true });

    expect(await retainedKey()).toEqual({
      ...{ state: 'destroyed', epoch: 2, destroyedAt: later(20), by: requestId },
    });
    expect(await eventsOf()).toMatchObject([{ at: later(20), facts: { profileId: scene.profileId } }]);
    expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
    expect(await restOf(world, scene.profileId, [scene.address])).toMatchObject({
      ...{ keys: ['ordinary destroyed', 'retained destroyed'], records: [], index: [] },
    });
  });

  it('that is done once, however often and by how many runs at once it is asked for', async () => {
    await lift();

    await Promise.all([release(), release(), release()]);
    await release(world, later(40));

    expect(await retainedKey()).toMatchObject({ state: 'destroyed', epoch: 2, destroyedAt: later(20) });
    expect(await eventsOf()).toHaveLength(1);
  });

  it('it is done after a run that stopped between the last record and the key', async () => {
    await lift();
    const ledgerAway = { ...world, ledger: { ...world.ledger, name: 'no-such-table' } };
    await expect(release(ledgerAway)).rejects.toThrow();
    expect(await retainedKey()).toMatchObject({ state: 'live' });

    await release();

    expect(await retainedKey()).toMatchObject({ state: 'destroyed' });
  });

  it('A7: a restored key is destroyed again by what the ledger says', async () => {
    await lift();
    const owner = `P#${scene.profileId}`;
    const backup = await queryAll(world.vault.keys, owner);
    await release();
    await restore(backup);
    expect(await retainedKey()).toMatchObject({ state: 'live' });

    // The erasures of the tests before are told of as well.
    expect(await replayDestructions({ ledger: world.ledger, keys: world.vault.keys })).toMatchObject({
      destroyed: 1,
    });

    expect(await retainedKey()).toMatchObject({ state: 'destroyed', by: requestId });
  });
});

describe('G16: once a hold is lifted beside which something else stays', () => {
  it('the retained key lives on', async () => {
    await eraseUnderHold();
    await lift();

    await release();

    expect(await restOf(world, scene.profileId, [scene.address])).toMatchObject({
      ...{
        keys: ['ordinary destroyed', 'retained live'],
        records: ['consent retained'],
        index: ['retained'],
      },
    });
    expect(await eventsOf()).toEqual([]);
  });
});

describe('A6: a hold that is lifted while its erasure is at work', () => {
  it.each(['Erase', 'Scan', 'Sign', 'Conclude'])(
    'keeps what it holds until then: before “%s” nothing is released, and the receipt stays sound',
    async (before) => {
      const refused: unknown[] = [];
      await eraseUnderHold({
        call: async (step, work) => {
          if (step === before) {
            await lift();
            refused.push(await release().catch((error: unknown) => (error as Error).name));
          }
          return callFunction(step, work);
        },
      });

      expect(refused).toEqual(['ErasureAtWork']);
      const [place] = (await endOf(world, requestId)).places;
      expect(place?.datasets).toContainEqual(expect.stringMatching(/^support-case 1 0 1 0/));

      expect(await release()).toEqual({ done: true });
      expect((await restOf(world, scene.profileId, [scene.address])).records).toEqual(['consent retained']);
    },
  );
});
