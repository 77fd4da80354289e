import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { HoldRefused, liftHold, placeHold } from '#shared/retention/holds.ts';
import { releaseHeld } from '#shared/retention/release-held.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { consentStays, erasing, fulfilled, nothingLeft } from '#test/support/erasure-race.ts';
import { at, profileOf } from '#test/support/erasure-request.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { eraseScenes, makeScene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

type Come = { readonly holdId: string; fate: 'refused' | 'placed' | 'lifted' };

/**
 * Places a hold: every other one when what is held was preserved and the keys are about to go, to stay; the others at any
 * time, and most of these are lifted again.
 */
const keeping =
  (profileId: string, seed: number, come: Come): Party =>
  async (own, turns) => {
    const { holdId } = come;
    const now = () => profileOf(world, profileId);
    const isLate = seed % 2 === 0;
    if (!isLate) await turns.wait(turns.random(90));
    while (isLate && (await now()).preserved === undefined) await turns.wait(1);
    if (isLate) await turns.wait(1.5 * seed);
    try {
      const stores = { directory: own.directory, keys: own.vault.keys };
      const hold = { holdId, datasets: ['support-case'], reviewAt: '2028-01-01', placedAt: at };
      await placeHold(stores, profileId, { ...hold, exception: '17(3)(e)' });
    } catch (error) {
      if (!(error instanceof HoldRefused)) throw error;
      come.fate = 'refused';
      return;
    }
    if (isLate || seed % 3 === 0) return;
    while (seed % 5 === 0 && (await now()).state !== 'erased') await turns.wait(1);
    await turns.wait(turns.random(30));
    await liftHold(own, profileId, { holdId, now: at });
    come.fate = 'lifted';
  };

describe('race 5: a hold that is placed and lifted during an erasure', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(20))(
    'keeps its data readable, or comes too late for it (seed %i)',
    async (seed) => {
      const scene = await makeScene(world);
      const { profileId, address } = scene;
      const requestId = await eraseScenes(world, [scene]);
      const come: Come = { holdId: uuid(), fate: 'placed' };
      await interleave(names, seed, [erasing(requestId), keeping(profileId, seed, come)]);

      const end = await endOf(world, requestId);
      const { fate } = come;
      const isKept = end.state === 'partly-fulfilled';
      const caseRow = isKept ? 'support-case 1 0 1 0 hold' : 'support-case 1 1 0 0';
      expect(end).toMatchObject({
        ...{ ...fulfilled, state: end.state, withheld: isKept ? ['under-hold'] : [] },
        places: [{ outcome: 'erased', datasets: [consentStays, caseRow] }],
      });
      if (fate !== 'lifted') expect(isKept).toBe(fate === 'placed');
      const held = isKept ? ['support-case retained'] : [];
      const rows = fate === 'refused' ? ['META'] : ['HOLD', 'META'];
      const rest = { ...nothingLeft, rows, records: ['consent retained', ...held] };
      expect(await restOf(world, profileId, [address])).toEqual(rest);
      if (fate === 'lifted') {
        await releaseHeld(world, { profileId, mayGoOn: () => true });
        expect(await restOf(world, profileId, [address])).toEqual({ ...rest, records: ['consent retained'] });
      }
      came.add(`${fate} ${isKept ? 'kept' : 'erased'}`);
    },
  );

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    expect([...came].toSorted()).toEqual(['lifted erased', 'lifted kept', 'placed kept', 'refused erased']);
  });
});
