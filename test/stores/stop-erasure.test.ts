import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getItem } from '#shared/aws/table.ts';
import { disavowRequest } from '#shared/identity/disavow.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { liftRestrictions } from '#shared/requests/lift-restriction.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import {
  announce,
  at,
  email,
  knownProfile,
  later,
  link,
  now,
  plan,
  profileOf,
  startErasure,
  type Known,
} from '#test/support/erasure-request.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';
import { prove, sendCode } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let address: Known;
let scope: string[];
let profileId: string;
let requestId: string;
beforeAll(async () => {
  world = await makeRequestWorld();
});
/** An erasure of one profile that cools off. */
beforeEach(async () => {
  address = email();
  scope = [uuid()];
  profileId = await knownProfile(world, [address], { controllerId: scope[0] ?? '' });
  requestId = await startErasure(world, address, { scope });
  await announce(world, requestId);
});

const withdraw = (id = requestId) => stopRequest(world, id, { event: 'withdrawn', now });
const typesOf = async (id = requestId) => (await readChain(world.ledger, `R#${id}`)).map(({ type }) => type);
const isFree = async (id = profileId): Promise<boolean> => isReadable(await profileOf(world, id));
const letGo = async (attempt = 2, id = requestId, stores = world) =>
  liftRestrictions(stores, await requireRequest(world, id), { attempt, now: later(5) });
const waitsFor = async (id = requestId): Promise<unknown[]> => {
  const item = await getItem(world.requests, requestKey(id, 'META'));
  return [item?.['workPk'], item?.['workSk']];
};
const forgotten = (id: string) => [
  expect.stringMatching(/^forget#[0-3]$/) as string,
  `2027-07-15T12:00:00.000Z#${id}`,
];

describe('A25: an erasure that is stopped while it cools off', () => {
  it.each([
    { how: 'withdrawn', stop: async () => (await withdraw()).effects },
    { how: 'disavowed', stop: () => disavowRequest(world, requestId, now) },
  ])(
    '$how: begins the next attempt, which lets its profiles go and does nothing else',
    async ({ how, stop }) => {
      expect(await stop()).toEqual([{ kind: 'start-work', requestId, attempt: 2, work: 'erasure' }]);

      expect(await requireRequest(world, requestId)).toMatchObject({
        ...{ state: 'withdrawn', attempt: 2, endedAt: at, restricts: true },
      });
      expect(await waitsFor()).toEqual([expect.stringMatching(/^running#/), `${at}#${requestId}`]);
      for (const late of [announce(world, requestId), plan(world, requestId)])
        await expect(late).rejects.toMatchObject({ name: 'AttemptSuperseded' });
      expect(await isFree()).toBe(false);

      await letGo();

      expect(await isFree()).toBe(true);
      expect(await profileOf(world, profileId)).toMatchObject({ state: 'open', epoch: 1 });
      expect((await typesOf()).slice(-2)).toEqual([how, 'restriction-lifted']);
      expect(await requireRequest(world, requestId)).not.toHaveProperty('restricts');
      // G01: from here on it waits for nothing but the end of its own data, 30 days after it was stopped.
      expect(await waitsFor()).toEqual(forgotten(requestId));
    },
  );

  it('stopped twice, by whoever, ends once and begins one attempt', async () => {
    await Promise.allSettled([withdraw(), withdraw(), disavowRequest(world, requestId, now)]);

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'withdrawn', attempt: 2 });
    expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
  });

  it('lets go once, also where it is asked again', async () => {
    await withdraw();
    await letGo();
    await letGo();

    expect((await typesOf()).filter((type) => type === 'restriction-lifted')).toHaveLength(1);
    expect(await waitsFor()).toEqual(forgotten(requestId));
  });

  it('lets go what it restricted, wherever the address leads by then, on however many pages', async () => {
    const controllers = Array.from({ length: 5 }, () => uuid());
    const many: string[] = [];
    const mine = email();
    for (const controllerId of controllers) many.push(await knownProfile(world, [mine], { controllerId }));
    const id = await startErasure(world, mine, { scope: controllers });
    await announce(world, id);
    for (const one of many) expect(await isFree(one)).toBe(false);
    // Replaced in one profile, contested at another controller.
    await link(world, many[0] ?? '', { ...mine, former: 0 });
    await knownProfile(world, [mine], { controllerId: controllers[1] ?? '' });
    await withdraw(id);

    const paged = { ...world, requests: withSmallPages(world.requests) };
    await letGo(2, id, paged);

    for (const one of many) expect(await isFree(one)).toBe(true);
    expect(paged.requests.queries()).toBeGreaterThan(2);
    expect((await readChain(world.ledger, `R#${id}`)).at(-1)).toMatchObject({ facts: { profiles: 5 } });
  });

  it('lets go for itself alone: another erasure of the same profile restricts it still', async () => {
    const other = await startErasure(world, address, { scope });
    await announce(world, other);
    await withdraw();
    await letGo();

    expect([...((await profileOf(world, profileId)).restrictedBy ?? [])]).toEqual([other]);
  });

  it.each([1, 3])('is not let go by attempt %i', async (attempt) => {
    await withdraw();

    await expect(letGo(attempt)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(await isFree()).toBe(false);
  });

  it('is not let go while it is not stopped', async () => {
    await expect(letGo(1)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(await isFree()).toBe(false);
  });
});

describe('A25: an erasure', () => {
  it('that was not started restricts nothing: it is stopped, and that is all', async () => {
    const id = await fileForEmail(world, now, { right: 'erasure' });
    await advance(world, id, now, 'identity-verified');

    expect((await withdraw(id)).effects).toEqual([]);

    expect(await requireRequest(world, id)).toMatchObject({ state: 'withdrawn', attempt: 1 });
    expect(await waitsFor(id)).toEqual(forgotten(id));
  });

  it('whose time is over, but which has no plan yet, is stopped by “not me”', async () => {
    await commitChange(world, requestId, {
      event: 'elapsed',
      at,
      actor: 'system',
      attempt: 1,
      during: 'cooling-off',
    });
    await expect(withdraw()).rejects.toMatchObject({ name: 'TransitionRefused' });

    expect(await disavowRequest(world, requestId, now)).toMatchObject([{ kind: 'start-work', attempt: 2 }]);

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    await letGo();
    expect(await isFree()).toBe(true);
  });

  it.each([
    { how: 'withdrawn', stop: async () => (await withdraw()).effects },
    { how: 'disavowed-at-work', stop: () => disavowRequest(world, requestId, now) },
  ])('that failed before its plan is stopped, and let go: $how', async ({ how, stop }) => {
    await recordFailure(world, requestId, { attempt: 1, failed: 'SealBroken', now: at });

    expect(await stop()).toMatchObject([{ kind: 'start-work', attempt: 2 }]);

    await letGo();
    expect(await isFree()).toBe(true);
    expect((await typesOf()).slice(-2)).toEqual([how, 'restriction-lifted']);
    expect(await waitsFor()).toEqual(forgotten(requestId));
  });

  it('that failed between its cooling-off and its plan is stopped too', async () => {
    await commitChange(world, requestId, {
      ...{ event: 'elapsed', at, actor: 'system', attempt: 1, during: 'cooling-off' },
    });
    await recordFailure(world, requestId, { attempt: 1, failed: 'PlanForged', now: at });

    expect((await withdraw()).effects).toMatchObject([{ kind: 'start-work', attempt: 2 }]);

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    await letGo();
    expect(await isFree()).toBe(true);
  });

  it('that is planned takes neither word nor stop code: it goes on, and the word is noted once', async () => {
    await plan(world, requestId);

    await expect(withdraw()).rejects.toMatchObject({ name: 'TransitionRefused' });
    for (const _ of [1, 2]) expect(await disavowRequest(world, requestId, now)).toBe('too-late');

    const request = await requireRequest(world, requestId);
    expect(request).toMatchObject({ state: 'in-progress', attempt: 1 });
    expect(request.disavowedAt).toBeUndefined();
    expect((await typesOf()).filter((type) => type === 'disavowed-late')).toHaveLength(1);
    expect((await typesOf()).at(-1)).toBe('disavowed-late');
    expect(await isFree()).toBe(false);
  });

  it('that has ended is changed by no stop code: its token and a fresh code still reach the receipt', async () => {
    await sendCode(world, requestId);
    await prove(world, requestId, { token: 'token-1' });
    await plan(world, requestId);
    await commitChange(world, requestId, { event: 'tasks-ended', at, actor: 'system', attempt: 1 });
    const before = [await requireRequest(world, requestId), await typesOf()];

    for (const _ of [1, 2]) expect(await disavowRequest(world, requestId, now)).toBe('too-late');

    expect([await requireRequest(world, requestId), await typesOf()]).toEqual(before);
    expect(await isTokenValid(world.requests, requestId, 'token-1', now)).toBe(true);
    await sendCode(world, requestId, 'XY2CD-3EF4G');
    expect(await prove(world, requestId, { code: 'XY2CD-3EF4G', token: 'token-2' })).toBeDefined();
  });

  it('that failed after its plan takes neither as well', async () => {
    await plan(world, requestId);
    await recordFailure(world, requestId, { attempt: 1, failed: 'ResidualFound', now: at });

    await expect(withdraw()).rejects.toMatchObject({ name: 'TransitionRefused' });
    expect(await disavowRequest(world, requestId, now)).toBe('too-late');

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'needs-attention', attempt: 1 });
  });
});
