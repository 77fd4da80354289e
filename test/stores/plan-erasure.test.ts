import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { indexKey } from '#shared/profiles/identifier-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { planErasure } from '#shared/requests/plan-erasure.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { makeTask, putTask, readTasks, requireTasks, type Task } from '#shared/requests/tasks.ts';
import { changeProfile } from '#test/support/erasure.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import {
  announce,
  at,
  coolingOff,
  email,
  hashOf,
  knownProfile,
  later,
  now,
  phone,
  plan,
  profileOf,
  startErasure,
  startForSite,
  store,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';
import { aimsOf, isFree, known, typesOf } from '#test/support/erasure-views.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

describe('race 7: the plan of an erasure', () => {
  it('is made when the cooling-off is over, and not a moment before', async () => {
    const { address, scope, ids } = await known(world, { others: [phone({ linked: 150 })] });
    const requestId = await startErasure(world, address, { scope, level: 2 });
    await announce(world, requestId);
    const over = later(coolingOff.normal);

    for (const when of [at, later(coolingOff.normal - 1), over.replace('40.000Z', '39.999Z')])
      expect(await plan(world, requestId, { when })).toBe(over);
    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'cooling-off' });
    expect(await aimsOf(world, requestId)).toEqual({});

    expect(await plan(world, requestId, { when: over })).toBe(1);
    expect(await requireRequest(world, requestId)).toMatchObject({
      ...{ state: 'in-progress', openTasks: 1, plannedAt: over },
    });
    expect(await aimsOf(world, requestId)).toEqual({ [ids[0] ?? '']: 'erase' });
  });

  it('is refused where nothing was announced', async () => {
    const { address, scope } = await known(world, {});
    const requestId = await startErasure(world, address, { scope });

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
  });

  it('holds what the address opened when the request was received, at the chosen controllers', async () => {
    const { address, scope, ids } = await known(world, {}, {}, {});
    const [first = '', , third = ''] = scope;
    const requestId = await startErasure(world, address, { scope: [first, third, uuid()] });
    await announce(world, requestId);
    // Recorded after the request was received.
    const late = await knownProfile(world, [{ ...address, linked: -0.001 }], { controllerId: uuid() });

    expect(await plan(world, requestId)).toBe(2);

    expect(Object.keys(await aimsOf(world, requestId)).sort()).toEqual([ids[0], ids[2]].sort());
    for (const left of [ids[1] ?? '', late]) expect(await isFree(world, left)).toBe(true);
  });

  it('made again in the same attempt is the same plan, with one event', async () => {
    const { address, scope } = await known(world, {}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);

    expect([await plan(world, requestId), await plan(world, requestId)]).toEqual([2, 2]);

    const types = await typesOf(world, requestId);
    expect(types.filter((type) => type === 'planned' || type === 'elapsed')).toEqual(['elapsed', 'planned']);
  });

  it('of a withdrawn request is none: its attempt is over', async () => {
    const { address, scope, ids } = await known(world, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const read = await requireRequest(world, requestId);
    await stopRequest(world, requestId, { event: 'withdrawn', now });

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    // Withdrawn between its reading and its writing.
    const run = {
      attempt: 1,
      coolingOff,
      levelIn: () => 2,
      dataMapVersion: 'map',
      now: later(coolingOff.extended),
    };
    await expect(planErasure(world, read, run)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(await aimsOf(world, requestId)).toEqual({});
    expect((await profileOf(world, ids[0] ?? '')).state).toBe('open');
  });

  it('finds what stands on later pages', async () => {
    const { address, scope, ids } = await known(world, {}, {}, {}, {}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const paged = {
      ...world,
      ...{ index: withSmallPages(world.index), requests: withSmallPages(world.requests) },
    };

    expect(await plan(paged, requestId)).toBe(5);

    expect(Object.keys(await aimsOf(world, requestId)).sort()).toEqual(ids.toSorted());
    for (const table of [paged.index, paged.requests]) expect(table.queries()).toBeGreaterThan(2);
  });
});

describe('A1, G09: what the proof is not enough for', () => {
  it('is withheld and said, let go at once, and keeps nothing else from its end', async () => {
    const { address, scope, ids } = await known(
      world,
      {},
      {},
      { others: [phone()] },
      { others: [phone({ verified: false })] },
      { address: { linked: 3 } },
      {},
    );
    const [plain = '', asked = '', called = '', typed = '', newcomer = '', before = ''] = ids;
    await store(world, asked, 'security-question');
    await changeProfile(world.directory, before, { state: 'erased', epoch: 2 });
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({
      [plain]: 'erase',
      [asked]: 'needs-level-2',
      [called]: 'needs-level-2',
      [typed]: 'needs-level-2',
      [newcomer]: 'identifier-linked-recently',
      [before]: 'already-erased',
    });
    const { withheld } = await requireRequest(world, requestId);
    expect(withheld?.toSorted()).toEqual(['identifier-linked-recently', 'needs-level-2']);
    for (const left of [asked, called, typed, newcomer]) expect(await isFree(world, left)).toBe(true);
    expect(await isFree(world, plain)).toBe(false);
    const planned = (await readChain(world.ledger, `R#${requestId}`)).at(-1);
    expect(planned).toMatchObject({ type: 'planned', facts: { tasks: 6, withheld } });
  });

  it('A1: level 2 counts in the profile where both identifiers stand, and in no other', async () => {
    const number = phone();
    const { address, scope, ids } = await known(world, { others: [number] }, { others: [phone()] }, {});
    const [both = '', otherPhone = '', none = ''] = ids;
    await store(world, both, 'security-question');
    await store(world, none, 'credential');
    const requestId = await startErasure(world, address, { scope, second: number });
    await announce(world, requestId);

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({
      [both]: 'erase',
      [otherPhone]: 'needs-level-2',
      [none]: 'needs-level-2',
    });
  });

  it('A11: of a session is the profile that the site named, sound or not', async () => {
    const profileId = await knownProfile(world, [email(undefined, { verified: false })]);
    await knownProfile(world, [email()]);
    const requestId = await startForSite(world, profileId);
    await announce(world, requestId);

    expect(await plan(world, requestId)).toBe(1);
    expect(await aimsOf(world, requestId)).toEqual({ [profileId]: 'erase' });
  });
});

describe('race 8: the plan in a later attempt', () => {
  /** A request whose first attempt planned, erased its index rows and failed. */
  async function failed() {
    const found = await known(world, {}, { others: [phone()] }, {});
    const requestId = await startErasure(world, found.address, { scope: found.scope });
    await announce(world, requestId);
    await plan(world, requestId);
    for (const profileId of found.ids) {
      const Key = indexKey(profileId, { kind: 'email', hash: hashOf(found.address) });
      await world.clients.dynamo.send(new DeleteCommand({ TableName: world.index.name, Key }));
    }
    await recordFailure(world, requestId, { attempt: 1, failed: 'ResidualFound', now: at });
    const redriven = { event: 'redriven', to: 'in-progress', at, actor: 'operator' } as const;
    await commitChange(world, requestId, { ...redriven, set: { attempt: 2 } });
    return { ...found, requestId };
  }

  it('is the first one’s, though what led to its profiles is gone', async () => {
    const { requestId, ids } = await failed();
    const [first = '', called = '', third = ''] = ids;

    expect(await plan(world, requestId, { attempt: 2 })).toBe(3);

    expect(await aimsOf(world, requestId, 2)).toEqual({
      ...{ [first]: 'erase', [called]: 'needs-level-2', [third]: 'erase' },
    });
    const tasks = await requireTasks(world.requests, world.planKey, requestId, 2);
    expect(tasks.every(({ attempt, state }) => attempt === 2 && state === 'open')).toBe(true);
    expect(await requireRequest(world, requestId)).toMatchObject({
      ...{ plannedAt: later(coolingOff.extended), withheld: ['needs-level-2'] },
    });
    expect(await readTasks(world.requests, requestId, 1)).toEqual([]);
  });

  it('stopped in the middle is carried over whole', async () => {
    const { requestId, ids } = await failed();
    const [one] = await requireTasks(world.requests, world.planKey, requestId, 1);
    const { profileId = '', controllerId = '', aim = 'erase', epoch = 1 } = one ?? {};
    const carried = await makeTask(world.planKey, requestId, 2, { profileId, controllerId, aim, epoch });
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, carried)]);

    expect(await plan(world, requestId, { attempt: 2 })).toBe(3);
    expect(Object.keys(await aimsOf(world, requestId, 2)).sort()).toEqual(ids.toSorted());
  });

  it('A17: takes over no task that was not planned', async () => {
    const { requestId } = await failed();
    const victim = await knownProfile(world, [email()]);
    const [planned] = await readTasks(world.requests, requestId, 1);
    const forged = { ...planned, profileId: victim } as Task;
    await transact(world.clients.dynamo, [putTask(world.requests, requestId, forged)]);

    await expect(plan(world, requestId, { attempt: 2 })).rejects.toMatchObject({ name: 'PlanForged' });
    expect((await profileOf(world, victim)).state).toBe('open');
  });

  it('is refused to the attempt before', async () => {
    const { requestId } = await failed();

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
  });
});
