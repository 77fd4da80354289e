import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { indexKey } from '#shared/profiles/identifier-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { liftRestriction } from '#shared/profiles/restriction.ts';
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
  link,
  now,
  phone,
  plan,
  profileOf,
  startErasure,
  startForSite,
  store,
  type Known,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

/** An address and its profiles, each at a controller of its own. */
async function known(...profiles: { others?: Known[]; address?: Partial<Known> }[]) {
  const address = email();
  const scope = profiles.map(() => uuid());
  const ids: string[] = [];
  for (const [n, { others = [], address: change = {} }] of profiles.entries())
    ids.push(
      await knownProfile(world, [{ ...address, ...change }, ...others], { controllerId: scope[n] ?? '' }),
    );
  return { address, scope, ids };
}
const isFree = async (profileId: string): Promise<boolean> => isReadable(await profileOf(world, profileId));
const typesOf = async (requestId: string) =>
  (await readChain(world.ledger, `R#${requestId}`)).map(({ type }) => type);
const aimsOf = async (requestId: string, attempt = 1) =>
  Object.fromEntries(
    (await readTasks(world.requests, requestId, attempt)).map(({ profileId, aim, reason }) => [
      profileId,
      reason ?? aim,
    ]),
  );

describe('race 7: the plan of an erasure', () => {
  it('is made when the cooling-off is over, and not a moment before', async () => {
    const { address, scope, ids } = await known({ others: [phone({ linked: 150 })] });
    const requestId = await startErasure(world, address, { scope, level: 2 });
    await announce(world, requestId);
    const over = later(coolingOff.normal);

    for (const when of [at, later(coolingOff.normal - 1), over.replace('40.000Z', '39.999Z')])
      await expect(plan(world, requestId, { when })).rejects.toMatchObject({ name: 'CoolingOffRuns' });
    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'cooling-off' });
    expect(await aimsOf(requestId)).toEqual({});

    expect(await plan(world, requestId, { when: over })).toBe(1);
    expect(await requireRequest(world, requestId)).toMatchObject({
      ...{ state: 'in-progress', openTasks: 1, plannedAt: over, planFrom: 1 },
    });
    expect(await aimsOf(requestId)).toEqual({ [ids[0] ?? '']: 'erase' });
  });

  it('is refused where nothing was announced', async () => {
    const { address, scope } = await known({});
    const requestId = await startErasure(world, address, { scope });

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'CoolingOffRuns' });
  });

  it('holds what the address opened when the request was received, at the chosen controllers', async () => {
    const { address, scope, ids } = await known({}, {}, {});
    const [first = '', , third = ''] = scope;
    const requestId = await startErasure(world, address, { scope: [first, third, uuid()] });
    await announce(world, requestId);
    // Recorded after the request was received.
    const late = await knownProfile(world, [{ ...address, linked: -0.001 }], { controllerId: uuid() });

    expect(await plan(world, requestId)).toBe(2);

    expect(Object.keys(await aimsOf(requestId)).sort()).toEqual([ids[0], ids[2]].sort());
    for (const left of [ids[1] ?? '', late]) expect(await isFree(left)).toBe(true);
  });

  it('made again in the same attempt is the same plan, with one event', async () => {
    const { address, scope } = await known({}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);

    expect([await plan(world, requestId), await plan(world, requestId)]).toEqual([2, 2]);

    const types = await typesOf(requestId);
    expect(types.filter((type) => type === 'planned' || type === 'elapsed')).toEqual(['elapsed', 'planned']);
  });

  it('of a withdrawn request is none: its attempt is over', async () => {
    const { address, scope, ids } = await known({});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const read = await requireRequest(world, requestId);
    await stopRequest(world, requestId, { event: 'withdrawn', now });

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    // Withdrawn between its reading and its writing.
    const run = { attempt: 1, levelIn: () => 2, dataMapVersion: 'map', now: later(coolingOff.extended) };
    await expect(planErasure(world, read, run)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(await aimsOf(requestId)).toEqual({});
    expect((await profileOf(world, ids[0] ?? '')).state).toBe('open');
  });

  it('finds what stands on later pages', async () => {
    const { address, scope, ids } = await known({}, {}, {}, {}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const paged = {
      ...world,
      ...{ index: withSmallPages(world.index), requests: withSmallPages(world.requests) },
    };

    expect(await plan(paged, requestId)).toBe(5);

    expect(Object.keys(await aimsOf(requestId)).sort()).toEqual(ids.toSorted());
    for (const table of [paged.index, paged.requests]) expect(table.queries()).toBeGreaterThan(2);
  });
});

describe('A1, G09: what the proof is not enough for', () => {
  it('is withheld and said, let go at once, and keeps nothing else from its end', async () => {
    const { address, scope, ids } = await known(
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

    expect(await aimsOf(requestId)).toEqual({
      [plain]: 'erase',
      [asked]: 'needs-level-2',
      [called]: 'needs-level-2',
      [typed]: 'needs-level-2',
      [newcomer]: 'identifier-linked-recently',
      [before]: 'already-erased',
    });
    const { withheld } = await requireRequest(world, requestId);
    expect(withheld?.toSorted()).toEqual(['identifier-linked-recently', 'needs-level-2']);
    for (const left of [asked, called, typed, newcomer]) expect(await isFree(left)).toBe(true);
    expect(await isFree(plain)).toBe(false);
    const planned = (await readChain(world.ledger, `R#${requestId}`)).at(-1);
    expect(planned).toMatchObject({ type: 'planned', facts: { tasks: 6, withheld } });
  });

  it('A1: level 2 counts in the profile where both identifiers stand, and in no other', async () => {
    const number = phone();
    const { address, scope, ids } = await known({ others: [number] }, { others: [phone()] }, {});
    const [both = '', otherPhone = '', none = ''] = ids;
    await store(world, both, 'security-question');
    await store(world, none, 'credential');
    const requestId = await startErasure(world, address, { scope, second: number });
    await announce(world, requestId);

    await plan(world, requestId);

    expect(await aimsOf(requestId)).toEqual({
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
    expect(await aimsOf(requestId)).toEqual({ [profileId]: 'erase' });
  });
});

describe('A25: where the address leads elsewhere when the cooling-off is over', () => {
  it('what it no longer opens is not erased, and not restricted any more either', async () => {
    const { address, scope, ids } = await known({}, {});
    const [contested = '', sure = ''] = ids;
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    expect(await isFree(contested)).toBe(false);
    // Another user of the same controller has the address now: it is unique there no more.
    await knownProfile(world, [{ ...address, linked: 1 }], { controllerId: scope[0] ?? '' });

    expect(await plan(world, requestId)).toBe(2);

    expect(await aimsOf(requestId)).toEqual({ [sure]: 'erase', [contested]: 'no-longer-opened' });
    expect(await isFree(contested)).toBe(true);
    expect(await isFree(sure)).toBe(false);
  });

  it('race 7: what came into reach since, and nobody was told of, is not erased', async () => {
    const { address, scope, ids } = await known({}, {});
    const [contested = '', sure = ''] = ids;
    const other = await knownProfile(world, [address], { controllerId: scope[0] ?? '' });
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    // The other user lost the address: it is unique there by now.
    const Key = indexKey(other, { kind: 'email', hash: hashOf(address) });
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.index.name, Key }));

    expect(await plan(world, requestId)).toBe(1);

    expect(await aimsOf(requestId)).toEqual({ [sure]: 'erase' });
    expect(await profileOf(world, contested)).toMatchObject({ state: 'open', epoch: 1 });
  });

  it.each([
    ['was replaced', { former: 0 }],
    ['was called unverified', { verified: false }],
  ])(
    'G09: an address that %s leads to an answer, and to nothing that stays restricted',
    async (_, change) => {
      const { address, scope, ids } = await known({}, { others: [phone()] });
      const requestId = await startErasure(world, address, { scope });
      await announce(world, requestId);
      for (const id of ids) await link(world, id, { ...address, ...change });

      expect(await plan(world, requestId)).toBe(2);

      expect(await aimsOf(requestId)).toEqual({
        ...{ [ids[0] ?? '']: 'no-longer-opened', [ids[1] ?? '']: 'no-longer-opened' },
      });
      expect(await requireRequest(world, requestId)).toMatchObject({ withheld: ['no-longer-opened'] });
      for (const id of ids) expect(await isFree(id)).toBe(true);
    },
  );

  it('race 4: one that another request has erased since is the other’s while the address leads there', async () => {
    const { address, scope, ids } = await known({}, {});
    const [found = '', lost = ''] = ids;
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    for (const id of ids) await changeProfile(world.directory, id, { state: 'erased', epoch: 2 });
    const Key = indexKey(lost, { kind: 'email', hash: hashOf(address) });
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.index.name, Key }));

    await plan(world, requestId);

    expect(await aimsOf(requestId)).toEqual({ [found]: 'already-erased', [lost]: 'no-longer-opened' });
  });
});

describe('A1, A25: what was not restricted is not erased', () => {
  it('also where what signs in has gone since the announcement', async () => {
    const number = phone();
    const { address, scope, ids } = await known({ others: [number] });
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await link(world, ids[0] ?? '', { ...number, former: 0 });

    await plan(world, requestId);

    expect(await aimsOf(requestId)).toEqual({ [ids[0] ?? '']: 'needs-level-2' });
    expect((await profileOf(world, ids[0] ?? '')).state).toBe('open');
  });

  it('nor what came to sign in since: it is withheld, and let go', async () => {
    const { address, scope, ids } = await known({});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    expect(await isFree(ids[0] ?? '')).toBe(false);
    await store(world, ids[0] ?? '', 'security-question');

    await plan(world, requestId);

    expect(await aimsOf(requestId)).toEqual({ [ids[0] ?? '']: 'needs-level-2' });
    expect(await isFree(ids[0] ?? '')).toBe(true);
  });

  it('nor what somebody else has let go of', async () => {
    const { address, scope, ids } = await known({});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await liftRestriction(world.directory, ids[0] ?? '', requestId);

    await plan(world, requestId);

    expect(await aimsOf(requestId)).toEqual({ [ids[0] ?? '']: 'no-longer-opened' });
  });

  it('race 8: nor what an earlier attempt withheld before it failed', async () => {
    const number = phone();
    const { address, scope, ids } = await known({}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await link(world, ids[0] ?? '', number);
    await plan(world, requestId);
    // As if it had stopped before it said that it has planned.
    await commitChange(world, requestId, {
      ...{ event: { note: 'stopped' }, at, actor: 'system' },
      ...{ set: { attempt: 2 }, remove: ['plannedAt', 'planFrom'] },
    });
    await link(world, ids[0] ?? '', { ...number, former: 0 });

    await plan(world, requestId, { attempt: 2 });

    expect(await aimsOf(requestId, 2)).toEqual({ [ids[0] ?? '']: 'needs-level-2', [ids[1] ?? '']: 'erase' });
  });

  it.each([
    ['for one that the address does not open', false],
    ['for one that came into reach since', true],
  ])('A17: a row that another function plants %s lists nobody’s profile', async (_, isInReach) => {
    const { address, scope } = await known({});
    const requestId = await startErasure(world, address, { scope: [...scope, scope[0] ?? ''] });
    await announce(world, requestId);
    const [own] = await queryAll(world.requests, `R#${requestId}`, 'ANNOUNCED#');
    const controllerId = isInReach ? (scope[0] ?? '') : uuid();
    const victim = await knownProfile(world, [isInReach ? address : email()], { controllerId });
    // Its own row, turned to the victim.
    const Item = { ...own, sk: `ANNOUNCED#${victim}`, profileId: victim };
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    expect(await aimsOf(requestId)).toEqual({});
    expect(await profileOf(world, victim)).toMatchObject({ state: 'open', epoch: 1 });
  });
});

describe('race 8: the plan in a later attempt', () => {
  /** A request whose first attempt planned, erased its index rows and failed. */
  async function failed() {
    const found = await known({}, { others: [phone()] }, {});
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

    expect(await aimsOf(requestId, 2)).toEqual({
      ...{ [first]: 'erase', [called]: 'needs-level-2', [third]: 'erase' },
    });
    const tasks = await requireTasks(world.requests, world.planKey, requestId, 2);
    expect(tasks.every(({ attempt, state }) => attempt === 2 && state === 'open')).toBe(true);
    expect(await requireRequest(world, requestId)).toMatchObject({
      ...{ planFrom: 1, plannedAt: later(coolingOff.extended), withheld: ['needs-level-2'] },
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
    expect(Object.keys(await aimsOf(requestId, 2)).sort()).toEqual(ids.toSorted());
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
