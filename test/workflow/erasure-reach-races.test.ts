import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireRequest } from '#shared/requests/request-store.ts';
import { isOpen } from '#shared/requests/states.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { erasing, fulfilled, nothingLeft } from '#test/support/erasure-race.ts';
import { knownProfile, link, profileOf, store } from '#test/support/erasure-request.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

const phases = ['started', 'announced', 'planned', 'erased'] as const;
const isOpenStill = async (requestId: string) => isOpen((await requireRequest(world, requestId)).state);
/** How far an erasure of this profile has come. */
async function phaseOf(requestId: string, { profileId }: Scene): Promise<(typeof phases)[number]> {
  const { coolingOffUntil, plannedAt } = await requireRequest(world, requestId);
  if ((await profileOf(world, profileId)).state === 'erased') return 'erased';
  if (plannedAt !== undefined) return 'planned';
  return coolingOffUntil === undefined ? 'started' : 'announced';
}

describe('race 7: what comes into reach after the request', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(20))('stays out of its plan, whole (seed %i)', async (seed) => {
    const scene = await makeScene(world);
    const elsewhere = uuid();
    const requestId = await eraseScenes(world, [scene, { ...scene, controllerId: elsewhere }]);
    // Some were on record before, and the address is linked with them now.
    let newcomer = seed % 8 < 4 ? await knownProfile(world, [], { controllerId: elsewhere }) : undefined;
    if (newcomer !== undefined) await store(world, newcomer, 'support-case');
    const site: Party = async (own, turns) => {
      const known = newcomer;
      const when = phases[seed % phases.length];
      while ((await phaseOf(requestId, scene)) !== when && (await isOpenStill(requestId)))
        await turns.wait(1);
      if (when !== 'started') await turns.wait(turns.random(12));
      newcomer ??= await knownProfile(own, [], { controllerId: elsewhere });
      await link(own, newcomer, { ...scene.address, linked: -1 / 86_400 });
      came.add(
        `${known === undefined ? 'first recorded' : 'linked'} when ${await phaseOf(requestId, scene)}`,
      );
      if (known === undefined) await store(own, newcomer, 'support-case');
    };
    const execution: Party = async (own, turns) => {
      await turns.wait(turns.random(60));
      await erasing(requestId)(own, turns);
    };

    await interleave(names, seed, [execution, site]);

    expect(await endOf(world, requestId)).toMatchObject({ ...fulfilled, places: [{ outcome: 'erased' }] });
    expect(await restOf(world, newcomer ?? '', [scene.address])).toMatchObject({
      ...{ state: 'open', isRestricted: false, records: ['consent retained', 'support-case ordinary'] },
      index: ['current'],
    });
    expect(await restOf(world, scene.profileId, [scene.address])).toEqual(nothingLeft);
  });

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    const all = ['first recorded', 'linked'].flatMap((what) =>
      phases.map((phase) => `${what} when ${phase}`),
    );
    expect(all.filter((one) => !came.has(one))).toEqual([]);
  });
});
