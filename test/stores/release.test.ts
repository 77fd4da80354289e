import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { releaseBundle } from '#shared/identity/release-bundle.ts';
import { writeProof } from '#shared/identity/proof.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { putBundle, readBundle } from '#shared/requests/bundles.ts';
import { putPlanSize } from '#shared/requests/plan-size.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { makeTask, putTask, readTasks } from '#shared/requests/tasks.ts';
import { changeProfile } from '#test/support/erasure.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';
import { openTestProfile } from '#test/support/vault-world.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
let profileIds: string[];
const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
const days = (n: number): string => new Date(now.getTime() + n * 86_400_000).toISOString();

/** A request whose work has ended: two profiles in it, one bundle stored. */
async function fulfilled(): Promise<string> {
  const id = await fileForEmail(world, now);
  const proof = await writeProof(world.requests, world.key('proof'), await requireRequest(world, id), {
    level: 1,
    method: 'email-code',
    now,
  });
  await advance(world, id, now, 'identity-verified', 'started');
  const planned = profileIds.map((profileId) =>
    makeTask(world.planKey, id, 1, { profileId, controllerId: 'c', aim: 'export', epoch: 1 }),
  );
  const tasks = (await Promise.all(planned)).map((task) => putTask(world.requests, id, task));
  const bundle = putBundle(world.requests, { requestId: id, number: 1, attempt: 1, bytes: 100 }, at);
  const plan = { attempt: 1, tasks: tasks.length };
  const size = await putPlanSize(world.requests, world.planKey, id, plan);
  await transact(world.requests.client, [proof, bundle, size, ...tasks]);
  await commitChange(world, id, { event: 'tasks-ended', at, actor: 'system', set: { bundles: 1 } });
  return id;
}
const release = (change: { requestId?: string; number?: number; linkId?: string; now?: string } = {}) =>
  releaseBundle(world, world.key('proof'), { requestId, number: 1, linkId: uuid(), now: at, ...change });
const linksLeft = async () => (await readBundle(world.requests, requestId, 1))?.linksLeft;
const links = async () =>
  (await readChain(world.ledger, `R#${requestId}`)).filter(({ type }) => type === 'link-issued');

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  const user = () => ({ siteId: uuid(), controllerId: 'c', userHash: uuid(), registeredAt: at });
  profileIds = [await openTestProfile(world, user()), await openTestProfile(world, user())];
  requestId = await fulfilled();
});

describe('A30: releaseBundle', () => {
  it('gives five links, each an event, and no sixth', async () => {
    const released = [];
    for (let n = 0; n < 6; n += 1) released.push(await release());

    expect(released.map((one) => (typeof one === 'string' ? one : one.linksLeft))).toEqual([
      4,
      3,
      2,
      1,
      0,
      'links-used-up',
    ]);
    expect((await links()).map(({ facts, actor }) => [facts['linksLeft'], actor])).toEqual(
      [4, 3, 2, 1, 0].map((left) => [left, 'subject']),
    );
    expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
  });

  it('of ten calls at once gives no more links than there are', async () => {
    const released = await Promise.allSettled(Array.from({ length: 10 }, () => release()));

    const given = released.filter((one) => one.status === 'fulfilled' && typeof one.value === 'object');
    expect(given.length).toBeGreaterThan(0);
    expect(given.length).toBe(5 - ((await linksLeft()) ?? 5));
    expect((await links()).length).toBe(given.length);
  });

  it('one whose answer was lost takes no second link', async () => {
    await release({ linkId: 'link-1' });
    await release({ linkId: 'link-1' });

    expect(await linksLeft()).toBe(4);
    expect(await links()).toHaveLength(1);
  });

  it('is gone after seven days, and when the expiry took it', async () => {
    expect(await release({ now: days(6.999) })).toMatchObject({ linksLeft: 4, expiresAt: days(7) });
    expect(await release({ now: days(7) })).toBe('gone');

    const bundle = await readBundle(world.requests, requestId, 1);
    const Item = { ...requestKey(requestId, 'BUNDLE#1'), ...bundle, state: 'expired' };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));
    expect(await release()).toBe('gone');
    expect(await linksLeft()).toBe(4);
  });

  // What destroys a key raises the epoch in the same transaction.
  it.each([
    { state: 'erased' as const, epoch: 2 },
    { state: 'erasing' as const, epoch: 2 },
    { state: 'open' as const, epoch: 2 },
  ])('race 6: is gone once one of its profiles is $state in epoch $epoch', async (change) => {
    expect(await release()).toMatchObject({ linksLeft: 4 });

    await changeProfile(world.directory, profileIds[1] ?? '', change);

    expect(await release()).toBe('gone');
    expect(await linksLeft()).toBe(4);
  });

  it('A17, race 6: is given by no task that was not planned, in this attempt or hidden in another', async () => {
    const [task] = await readTasks(world.requests, requestId, 1);
    if (!task) throw new Error('nothing was planned');
    await changeProfile(world.directory, task.profileId, { state: 'erased', epoch: 2 });
    for (const forged of [
      { ...task, epoch: 2 },
      { ...task, attempt: 9 },
    ]) {
      const Item = { ...requestKey(requestId, `TASK#vault#${task.profileId}`), ...forged };
      await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));

      await expect(release()).rejects.toMatchObject({ name: 'PlanForged' });
    }
    expect(await linksLeft()).toBe(5);
  });

  // Access first: an erasure that has taken the profile has destroyed nothing yet. Erased in the epoch of the plan means
  // erased before it: then the bundle holds what had to be kept.
  it.each(['erasing', 'erased'] as const)(
    'race 6: is given while a profile that is %s has the epoch it was planned in',
    async (state) => {
      await changeProfile(world.directory, profileIds[1] ?? '', { state, epoch: 1 });

      expect(await release()).toMatchObject({ linksLeft: 4 });
    },
  );

  it('is not ready before the work has ended, for another attempt, another number, or another request', async () => {
    expect(await release({ number: 2 })).toBe('not-ready');
    expect(await release({ requestId: uuid() })).toBe('not-ready');

    const unfinished = await fileForEmail(world, now);
    await advance(world, unfinished, now, 'identity-verified', 'started');
    await transact(world.requests.client, [
      putBundle(world.requests, { requestId: unfinished, number: 1, attempt: 1, bytes: 1 }, at),
    ]);
    expect(await release({ requestId: unfinished })).toBe('not-ready');

    await commitChange(world, requestId, {
      event: { note: 'noted' },
      at,
      actor: 'operator',
      set: { attempt: 2 },
    });
    expect(await release()).toBe('not-ready');
  });

  it('A24: says so where there is nothing to give', async () => {
    await commitChange(world, requestId, {
      event: { note: 'noted' },
      at,
      actor: 'system',
      set: { bundles: 0 },
    });

    expect(await release()).toBe('nothing-to-give');
  });

  it('race 8: an old attempt that comes late takes nothing of a later one’s bundle', async () => {
    const put = (attempt: number, bytes: number) =>
      transact(world.requests.client, [
        putBundle(world.requests, { requestId, number: 1, attempt, bytes }, at),
      ]);
    await put(2, 200);
    await put(2, 201);

    await expect(put(1, 100)).rejects.toMatchObject({ name: 'TransactionRefused' });
    expect(await readBundle(world.requests, requestId, 1)).toMatchObject({ attempt: 2, bytes: 201 });
  });

  it('A17: gives nothing without a proof that holds', async () => {
    const Item = {
      ...requestKey(requestId, 'PROOF'),
      level: 1,
      method: 'email-code',
      provenAt: at,
      expiresAt: at,
      mac: 'A'.repeat(43),
    };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    await expect(release()).rejects.toMatchObject({ name: 'ProofMissing' });
    expect(await linksLeft()).toBe(5);
  });
});
