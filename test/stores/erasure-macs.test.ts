import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { getItem, type Key } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { requireAnnounced, type Announced } from '#shared/requests/announced-profiles.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { makeTask, putTask, requireTasks, type Task } from '#shared/requests/tasks.ts';
import { countStore } from '#shared/retention/count-store.ts';
import { isCounted, type Found } from '#shared/retention/counts.ts';
import { announce, email, knownProfile, phone, startErasure } from '#test/support/erasure-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

/** Puts what stands in one row into another, some of it changed. */
async function copyRow(from: Key, to: Key, change: Record<string, unknown> = {}): Promise<void> {
  const item = await getItem(world.requests, from);
  expect(item).toBeDefined();
  const Item = { ...item, ...to, ...change };
  await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));
}

describe('A17: the MAC of a count', () => {
  const row = z.object({ version: z.number(), count: z.number() });
  const [found, erased] = [countStore('FOUND', row), countStore('ERASED', row)];

  it.each([
    ['another request', { requestId: uuid() }, 'FOUND'],
    ['another profile', { profileId: uuid() }, 'FOUND'],
    ['another counter', {}, 'ERASED'],
  ] as const)('is of no use in %s', async (_, other, name) => {
    const whose = { requestId: uuid(), profileId: uuid() };
    const there = { ...whose, ...other };
    await found.write(world.requests, world.foundKey, whose, { count: 1 }, undefined);
    await copyRow(
      requestKey(whose.requestId, `FOUND#vault#${whose.profileId}`),
      requestKey(there.requestId, `${name}#vault#${there.profileId}`),
    );

    const read = { FOUND: found, ERASED: erased }[name].read(world.requests, world.foundKey, there);

    await expect(read).rejects.toMatchObject({ name: 'CountForged' });
    expect(await found.read(world.requests, world.foundKey, whose)).toMatchObject({ count: 1 });
  });
});

describe('A6: what a profile says was preserved is what was counted', () => {
  const count: Found = {
    ...{ version: 3, holdEpoch: 2, datasets: { account: 1 }, retained: 1, done: true },
    ...{ recipients: [], otherDisclosures: 0 },
  };
  it.each([
    ['done, under the same holds, with as many that stay', count, true],
    ['not done', { ...count, done: false }, false],
    ['under other holds', { ...count, holdEpoch: 1 }, false],
    ['with fewer that stay', { ...count, retained: 0 }, false],
    ['never', undefined, false],
  ])('%s', (_, one, expected) => {
    expect(isCounted(one, { holdEpoch: 2, retained: 1 })).toBe(expected);
  });
});

describe('A17: the MAC of a task', () => {
  const planned = { profileId: uuid(), controllerId: uuid(), aim: 'erase', epoch: 1, level: 1 } as const;
  const changes: Partial<Task>[] = [
    { profileId: uuid() },
    { controllerId: uuid() },
    { aim: 'export' },
    { reason: 'needs-level-2' },
    { epoch: 2 },
    { level: 2 },
    { storedFrom: '2027-01-01T00:00:00.000Z' },
    { erasedAt: '2027-01-01T00:00:00.000Z' },
    { attempt: 2 },
  ];

  it.each(changes)('does not hold where the row says otherwise: %o', async (change) => {
    const requestId = uuid();
    const task = await makeTask(world.planKey, requestId, 1, planned);
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, task)]);
    expect(await requireTasks(world.requests, world.planKey, requestId)).toHaveLength(1);

    const changed = { ...task, ...change };
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, changed)]);

    await expect(requireTasks(world.requests, world.planKey, requestId)).rejects.toMatchObject({
      name: 'PlanForged',
    });
  });

  it('is of no use in another request', async () => {
    const [requestId, other] = [uuid(), uuid()];
    const task = await makeTask(world.planKey, requestId, 1, planned);
    await transact(world.clients.dynamo, [putTask(world.requests, other, task)]);

    await expect(requireTasks(world.requests, world.planKey, other, 1)).rejects.toMatchObject({
      name: 'PlanForged',
    });
  });
});

describe('A17: the MAC of an announced profile', () => {
  const changes: Partial<Announced>[] = [
    { profileId: uuid() },
    { controllerId: uuid() },
    { reason: undefined },
    { reason: 'identifier-linked-recently' },
  ];
  /** One that is to be left whole, so that its row gives a reason. */
  async function announced(): Promise<{ requestId: string; key: Key }> {
    const [address, controllerId] = [email(), uuid()];
    const profileId = await knownProfile(world, [address, phone()], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });
    await announce(world, requestId);
    return { requestId, key: requestKey(requestId, `ANNOUNCED#${profileId}`) };
  }

  it.each(changes)('does not hold where the row says otherwise: %o', async (change) => {
    const { requestId, key } = await announced();
    expect([...(await requireAnnounced(world, requestId)).values()]).toMatchObject([
      { reason: 'needs-level-2' },
    ]);

    await copyRow(key, key, change);

    await expect(requireAnnounced(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
  });

  it('is of no use in another request', async () => {
    const { key } = await announced();
    const other = uuid();
    await copyRow(key, requestKey(other, key.sk));

    await expect(requireAnnounced(world, other)).rejects.toMatchObject({ name: 'PlanForged' });
  });
});
