import { beforeAll, describe, expect, it } from 'vitest';
import { endOf } from '#test/support/after-erasure.ts';
import { knownProfile, link, now, phone, profileOf, startErasure } from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

/** Erases at level 1; between its announcement and its plan `meanwhile` happens. */
async function erase(scenes: readonly Scene[], meanwhile: () => Promise<unknown>): Promise<string> {
  const scope = scenes.map(({ controllerId }) => controllerId);
  const requestId = await startErasure(world, scenes[0]?.address ?? phone(), { scope });
  await runErasure(world, requestId, {
    now: () => now,
    call: async (step, work) => {
      const answer = await work();
      if (step === 'Announce') await meanwhile();
      return answer;
    },
  });
  return requestId;
}
const untold = { outcome: 'withheld', datasets: [] };

describe('G09, A25: an address that leads elsewhere when its erasure has cooled off', () => {
  const moves: [string, (scene: Scene) => Promise<unknown>][] = [
    ['was replaced', ({ profileId, address }) => link(world, profileId, { ...address, former: 0 })],
    [
      'is called unverified',
      ({ profileId, address }) => link(world, profileId, { ...address, verified: false }),
    ],
    [
      'was taken by another account',
      ({ controllerId, address }) => knownProfile(world, [address], { controllerId }),
    ],
  ];
  it.each(moves)('%s: its person is told so, and nothing of what is there now', async (_, move) => {
    const scene = await makeScene(world, { datasets: ['support-case', 'account'] });

    const requestId = await erase([scene], () => move(scene));

    const { places, ...end } = await endOf(world, requestId);
    expect(end).toMatchObject({ state: 'partly-fulfilled', withheld: ['no-longer-opened'], receipts: 1 });
    expect(end.messages).toEqual(['erasure-notice', 'nothing-erased']);
    expect(places).toEqual([untold]);
    const left = await profileOf(world, scene.profileId);
    expect(left.state).toBe('open');
    expect([...(left.restrictedBy ?? [])]).toEqual([]);
  });

  it('does not keep the others from their end', async () => {
    const moved = await makeScene(world);
    const other = await makeScene(world, { address: moved.address });

    const requestId = await erase([moved, other], () =>
      link(world, moved.profileId, { ...moved.address, former: 0 }),
    );

    const { places, ...end } = await endOf(world, requestId);
    expect(end).toMatchObject({ state: 'partly-fulfilled', withheld: ['no-longer-opened'] });
    expect(places.map(({ outcome }) => outcome).toSorted()).toEqual(['erased', 'withheld']);
    expect(places).toContainEqual(untold);
  });

  it('A1: what signs in and goes meanwhile saves a profile all the same: it was never restricted', async () => {
    const number = phone();
    const scene = await makeScene(world, { datasets: ['support-case'] });
    await link(world, scene.profileId, number);

    const requestId = await erase([scene], () => link(world, scene.profileId, { ...number, former: 0 }));

    expect(await endOf(world, requestId)).toMatchObject({
      ...{ state: 'partly-fulfilled', withheld: ['needs-level-2'] },
      places: [
        { outcome: 'withheld', datasets: [expect.any(String), expect.stringMatching(/^support-case 1 /)] },
      ],
    });
    expect((await profileOf(world, scene.profileId)).state).toBe('open');
  });
});
