import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { choiceMac, requireChoice } from '#shared/requests/choice.ts';
import { at, coolingOff, hashOf, later, startErasure, tellAll } from '#test/support/erasure-request.ts';
import { isFree, known, rowsOf } from '#test/support/erasure-views.ts';
import { fileForEmail, requireRequest } from '#test/support/filed-request.ts';
import { setIn } from '#test/support/forging.ts';
import { callHandler, stateWorld } from '#test/support/handlers-on-world.ts';
import { prove, sendCode, start } from '#test/support/prover.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
beforeAll(async () => {
  const names = await makeWorld();
  world = openWorld(names);
  return stateWorld(names, new Date(later(coolingOff.extended)));
});

const setInMeta = (requestId: string, name: string, value: unknown) =>
  setIn(world, requestId, 'META', { name, value });
const planWork = (requestId: string, step?: string): Promise<unknown> =>
  callHandler('workflow/plan-work', { requestId, attempt: 1, ...(step === undefined ? {} : { step }) });
const isForged = { name: 'PlanForged' };

describe('A5: an erasure of which another choice is told than its person made', () => {
  let requestId: string;
  let other: string;
  let person: Awaited<ReturnType<typeof known>>;
  beforeEach(async () => {
    person = await known(world, {}, {});
    other = person.ids[1] ?? '';
    requestId = await startErasure(world, person.address, { scope: person.scope.slice(0, 1) });
  });
  const forgeries: Record<string, () => Promise<unknown>> = {
    'a wider scope': () => setInMeta(requestId, 'scope', person.scope),
    'all as its scope': () => setInMeta(requestId, 'scope', 'all'),
    'another scope': () => setInMeta(requestId, 'scope', person.scope.slice(1)),
    'another ground': () => setInMeta(requestId, 'ground', '17(1)(a)'),
    'the choice of another request': async () => {
      const id = await startErasure(world, person.address, { scope: person.scope });
      const { choiceMac: mac } = await requireRequest(world, id);
      await setInMeta(requestId, 'choiceMac', mac);
      await setInMeta(requestId, 'scope', person.scope);
    },
  };

  it.each(Object.entries(forgeries))('%s: it is not announced', async (_, forge) => {
    await forge();

    await expect(planWork(requestId, 'announce')).rejects.toMatchObject(isForged);

    expect(await rowsOf(world, requestId, 'ANNOUNCE')).toEqual([]);
    for (const id of person.ids) expect(await isFree(world, id)).toBe(true);
  });

  it.each(Object.entries(forgeries))('%s: it is not planned', async (_, forge) => {
    await planWork(requestId, 'announce');
    await tellAll(world, requestId, at);
    await forge();

    await expect(planWork(requestId, 'plan')).rejects.toMatchObject(isForged);

    expect(await rowsOf(world, requestId, 'TASK#')).toEqual([]);
    expect(await isFree(world, other)).toBe(true);
  });

  it('as it was chosen it is announced, for that controller alone', async () => {
    expect(await planWork(requestId, 'announce')).toMatchObject({ until: expect.any(String) as string });

    const announced = await rowsOf(world, requestId, 'ANNOUNCED#');
    expect(announced.map(({ profileId }) => profileId)).toEqual(person.ids.slice(0, 1));
  });
});

describe('A5: a request for access of which another choice is told', () => {
  it.each(['all', [uuid()]])('is not planned', async (scope) => {
    const { address } = await known(world, {});
    const from = new Date(at);
    const requestId = await fileForEmail(world, from, { identifierHash: hashOf(address) });
    await sendCode(world, requestId, undefined, from);
    await prove(world, requestId, { now: from });
    await start(world, requestId, from);
    const { scope: chosen } = await requireRequest(world, requestId);
    await setInMeta(requestId, 'scope', scope === chosen ? [uuid()] : scope);

    await expect(planWork(requestId)).rejects.toMatchObject(isForged);

    await setInMeta(requestId, 'scope', chosen);
    expect(await planWork(requestId)).toMatchObject({ tasks: 1 });
  });
});

describe('A5: the MAC of a choice', () => {
  const made = { requestId: uuid(), right: 'erasure', scope: [uuid(), uuid()], ground: '17(1)(b)' } as const;

  it('holds in whatever order its controllers stand, and for nothing else', async () => {
    const mac = await choiceMac(world.key('choice'), { ...made, scope: [...made.scope] });
    const check = (change: object) =>
      requireChoice(world.key('choice'), { ...made, scope: [...made.scope], choiceMac: mac, ...change });

    await expect(check({ scope: made.scope.toReversed() })).resolves.toBeUndefined();
    const changes = [
      { requestId: uuid() },
      { right: 'access' },
      { scope: made.scope.slice(1) },
      { scope: [] },
      { scope: undefined },
      { scope: 'all' },
      { ground: '17(1)(a)' },
      { ground: undefined },
      { choiceMac: undefined },
      { choiceMac: 'm'.repeat(43) },
    ];
    // A request that names no scope is as one that chose none: that was not chosen here either.
    for (const change of changes)
      await expect(check(change), JSON.stringify(change)).rejects.toMatchObject(isForged);
  });
});
