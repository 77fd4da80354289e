import { beforeAll, describe, expect, it } from 'vitest';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { consentStays, fulfilled, nothingLeft } from '#test/support/erasure-race.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { watchFunctions } from '#test/support/functions-at-work.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { besideOthers, eraseScenes, makeScene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

describe('race 4: two erasures of the same two profiles', () => {
  it.concurrent.each(seeds(20))('both end, and erase each profile once (seed %i)', async (seed) => {
    const one = await makeScene(world);
    const two = await makeScene(world, { address: one.address });
    const requests = [await eraseScenes(world, [one, two]), await eraseScenes(world, [one, two])];
    const watch = watchFunctions();
    const parties = requests.map(
      (requestId): Party =>
        (own, turns) =>
          runErasure(own, requestId, besideOthers(turns, watch(turns))),
    );

    await interleave(names, seed, parties);

    const ends = await Promise.all(requests.map((requestId) => endOf(world, requestId)));
    for (const end of ends) {
      expect(end).toMatchObject(fulfilled);
      // Where the other one had taken both profiles before, it had told their person.
      expect([['erased'], ['erased', 'erasure-notice']]).toContainEqual(end.messages);
    }
    const places = ends.flatMap((end) => end.places);
    const erased = { outcome: 'erased', datasets: [consentStays, 'support-case 1 1 0 0'] };
    const before = { outcome: 'already-erased', datasets: [consentStays] };
    expect(places.toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))).toEqual([
      before,
      before,
      erased,
      erased,
    ]);
    for (const { profileId, address } of [one, two])
      expect(await restOf(world, profileId, [address])).toEqual(nothingLeft);
  });
});
