import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listObjects } from '#shared/aws/object-prefix.ts';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { makeTask, putTask, readTasks, type Task } from '#shared/requests/tasks.ts';
import {
  announce,
  at,
  email,
  hashOf,
  knownProfile,
  later,
  plan,
  profileOf,
  startErasure,
  store,
} from '#test/support/erasure-request.ts';
import { advance, fileForEmail, requireRequest } from '#test/support/filed-request.ts';
import { setIn } from '#test/support/forging.ts';
import { callHandler, stateWorld } from '#test/support/handlers-on-world.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  const names = await makeWorld();
  world = openWorld(names);
  return stateWorld(names, new Date(later(1_000)));
});

const call = (name: string, requestId: string): Promise<unknown> =>
  callHandler(name, { requestId, attempt: 1, ...(name === 'invoked/sign' ? { kind: 'receipt' } : {}) });

let victim: string;
let before: unknown;
/** All that there is of a person who asked for nothing. */
const everythingOf = async (profileId: string): Promise<unknown> => [
  await queryAll(world.directory, `P#${profileId}`),
  await queryAll(world.records, `P#${profileId}`),
  await queryAll(world.vault.keys, `P#${profileId}`),
];
beforeEach(async () => {
  victim = await knownProfile(world, [email()]);
  await store(world, victim, 'account');
  before = await everythingOf(victim);
});

/** An erasure with a plan of one profile, for which its functions would work. */
async function plannedErasure(): Promise<string> {
  const address = email();
  const controllerId = uuid();
  await knownProfile(world, [address], { controllerId });
  const requestId = await startErasure(world, address, { scope: [controllerId] });
  await announce(world, requestId);
  await plan(world, requestId);
  return requestId;
}
async function plannedExport(): Promise<string> {
  const address = email();
  await knownProfile(world, [address]);
  const requestId = await fileForEmail(world, new Date(at), { identifierHash: hashOf(address) });
  await advance(world, requestId, new Date(at), 'identity-verified');
  const started = { event: 'started', at, actor: 'subject', set: { scope: 'all' as const } } as const;
  await commitChange(world, requestId, started);
  const run = { attempt: 1, dataMapVersion, now: at };
  await planExport(world, await requireRequest(world, requestId), run);
  return requestId;
}
const planted = async (requestId: string): Promise<Task> => {
  const [planned] = await readTasks(world.requests, requestId, 1);
  if (!planned) throw new Error('nothing was planned');
  return planned;
};
const plant = (requestId: string, task: Task) =>
  transact(world.clients.dynamo, [putTask(world.requests, requestId, task)]);
async function takeAway(requestId: string): Promise<void> {
  const { profileId } = await planted(requestId);
  const Key = requestKey(requestId, `TASK#vault#${profileId}`);
  await world.clients.dynamo.send(new DeleteCommand({ TableName: world.requests.name, Key }));
}

/** What somebody who can write the rows of requests, but has no plan key, could try. */
const forgeries: Record<string, (requestId: string) => Promise<unknown>> = {
  'with a task for somebody else': async (requestId) =>
    plant(requestId, { ...(await planted(requestId)), profileId: victim }),
  'whose task was turned to somebody else': async (requestId) => {
    const planned = await planted(requestId);
    await takeAway(requestId);
    await plant(requestId, { ...planned, profileId: victim });
  },
  'with the task of another request': async (requestId) => {
    const { profileId, epoch } = await profileOf(world, victim);
    const task = { profileId, controllerId: uuid(), epoch, aim: 'erase' as const };
    await takeAway(requestId);
    await plant(requestId, await makeTask(world.planKey, uuid(), 1, task));
  },
  'whose task lacks': takeAway,
  'whose task lacks, as its request says too': async (requestId) => {
    await takeAway(requestId);
    await setIn(world, requestId, 'META', { name: 'openTasks', value: 0 });
  },
  'whose task lacks, as its size says too': async (requestId) => {
    await takeAway(requestId);
    await setIn(world, requestId, 'PLAN', { name: 'tasks', value: 0 });
  },
  'with a task twice': async (requestId) => {
    const Item = { ...(await planted(requestId)), ...requestKey(requestId, `TASK#vault#${victim}`) };
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));
  },
  'with another profile’s task in the place of its own': async (requestId) => {
    const Item = { ...(await planted(requestId)), ...requestKey(requestId, `TASK#vault#${victim}`) };
    await takeAway(requestId);
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));
  },
};

describe.each(Object.entries(forgeries))('A17: a plan %s', (_, forge) => {
  it.each([
    'workflow/preserve-held',
    'workflow/destroy-keys',
    'workflow/erase-rows',
    'workflow/scan-places',
    'invoked/sign',
  ])('is none for %s', async (name) => {
    const requestId = await plannedErasure();
    if (name === 'invoked/sign') {
      // Everything is done; only the receipt is to be made.
      const steps = ['preserve-held', 'destroy-keys', 'erase-rows', 'scan-places'];
      for (const step of steps) await call(`workflow/${step}`, requestId);
    }
    await forge(requestId);

    await expect(call(name, requestId)).rejects.toMatchObject({ name: 'PlanForged' });

    expect(await everythingOf(victim)).toEqual(before);
    expect(await queryAll(world.requests, `R#${requestId}`, 'RECEIPT#')).toEqual([]);
  });

  it('is none for workflow/collect-pages', async () => {
    const requestId = await plannedExport();
    await forge(requestId);

    await expect(call('workflow/collect-pages', requestId)).rejects.toMatchObject({ name: 'PlanForged' });

    const staged: string[] = [];
    for await (const { key } of listObjects(world.staging, `${requestId}/`)) staged.push(key);
    expect(staged).toEqual([]);
  });
});

it('A17: what was planned is worked on by each of them', async () => {
  const [erasure, access] = [await plannedErasure(), await plannedExport()];
  const steps = ['preserve-held', 'destroy-keys', 'erase-rows', 'scan-places'];
  for (const step of steps)
    expect(await call(`workflow/${step}`, erasure)).toEqual({ requestId: erasure, attempt: 1 });

  expect(await call('invoked/sign', erasure)).toMatchObject({
    receipt: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
  expect(await call('workflow/collect-pages', access)).toEqual({ requestId: access, attempt: 1 });
});
