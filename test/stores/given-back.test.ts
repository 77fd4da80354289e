import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { receiptPayload } from '#shared/receipts/receipt-statement.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { scanProfile } from '#shared/requests/scan-profile.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { takeProfile } from '#shared/retention/take-profile.ts';
import { giveBack, sayWithheld } from '#shared/retention/withhold-profile.ts';
import { endOf } from '#test/support/after-erasure.ts';
import { Crashed } from '#test/support/crash.ts';
import { aimsOf } from '#test/support/erasure-views.ts';
import { at, now, profileOf, startErasure, store } from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { callFunction, type CallFunction } from '#test/support/export-work.ts';
import { makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

const run = { pageSize: 2, now: () => now };

/** An erasure at this level that has planned, has taken its profile, and has come no further. */
async function begin({ address, controllerId, profileId }: Scene, level: 1 | 2): Promise<string> {
  const requestId = await startErasure(world, address, { scope: [controllerId], level });
  const call: CallFunction = (step, work) =>
    step === 'Preserve' ? Promise.reject(new Crashed()) : callFunction(step, work);
  await expect(runErasure(world, requestId, { ...run, call })).rejects.toThrow(Crashed);
  // Comes after the plan and before the turn: what signs in is found by whoever takes the profile.
  await store(world, profileId, 'credential');
  await takeProfile(world, { profileId, epoch: 1, requestId, now: at });
  return requestId;
}

async function placesOf(requestId: string) {
  const { jws = '' } = (await readReceipt(world.requests, await requireRequest(world, requestId))) ?? {};
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return receiptPayload.parse(JSON.parse(payload)).controllers.flatMap(({ places }) => places);
}

describe('race 4: a profile that one request gives back while another waits for its erasure', () => {
  it('G09: is withheld by the other too, which says that it was given back, and not that its proof was too weak', async () => {
    const scene = await makeScene(world);
    const { profileId, address, controllerId } = scene;
    const first = await begin(scene, 1);
    const rows = await queryAll(world.records, `P#${profileId}`);

    const second = await startErasure(world, address, { scope: [controllerId], level: 2 });
    const call: CallFunction = async (step, work) => {
      const answer = await callFunction(step, work);
      if (step === 'Plan') await runErasure(world, first, run);
      return answer;
    };
    await runErasure(world, second, { ...run, call });

    expect(await aimsOf(world, second)).toEqual({ [profileId]: 'already-erased' });
    const ended = { state: 'partly-fulfilled', receipts: 1, chainBreak: undefined };
    expect(await endOf(world, first)).toMatchObject({ ...ended, withheld: ['needs-level-2'] });
    const end = await endOf(world, second);
    expect(end).toMatchObject({ ...ended, withheld: ['given-back'] });
    expect(end.messages).toContain('nothing-erased');
    expect(await placesOf(second)).toMatchObject([{ outcome: 'withheld', reason: 'given-back' }]);
    const profile = await profileOf(world, profileId);
    expect(profile).toMatchObject({ state: 'open', epoch: 1 });
    expect([profile.erasingBy, profile.restrictedBy]).toEqual([undefined, undefined]);
    expect(await queryAll(world.records, `P#${profileId}`)).toEqual(rows);
  });
});

describe('A6: a profile that is withheld and not given back yet', () => {
  it('is not looked at: its receipt would say that it was left as it was', async () => {
    const scene = await makeScene(world);
    const { profileId } = scene;
    const requestId = await begin(scene, 1);
    const whose = { requestId, profileId };
    await sayWithheld(world, whose, { holdEpoch: 0, reason: 'needs-level-2' });
    const [task] = await readTasks(world.requests, requestId, 1);
    if (!task) throw new Error('no task');
    const stores = { ...world, keys: world.vault.keys };
    const scan = () => scanProfile(stores, task, { requestId, attempt: 1, now: at, mayGoOn: () => true });

    await expect(scan()).rejects.toMatchObject({ name: 'ProfileInErasure' });
    expect(await queryAll(world.requests, `R#${requestId}`, 'SCAN#')).toEqual([]);

    await giveBack(world, whose);
    expect(await scan()).toEqual({ done: true });
  });
});
