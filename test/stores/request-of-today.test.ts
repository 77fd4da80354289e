import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  findTurn,
  outcomeOf,
  requestIdOfToday,
  type Asked,
} from '#functions/http/site-requests/request-of-today.ts';
import { proveBySession } from '#shared/identity/prove-by-session.ts';
import { disavowRequest } from '#shared/identity/disavow.ts';
import { useProof } from '#shared/identity/proof.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { advance, seat } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

const now = new Date('2027-06-15T12:00:00.000Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
const minutesAgo = (minutes: number): string => later(-minutes * 60).toISOString();
let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

const account = (kind: Asked['kind'] = 'session'): Asked => ({
  ...{ siteId: uuid(), userHash: uuid(), registeredAt: '2026-01-01T00:00:00.000Z', right: 'access', kind },
});
/** Files the request of this turn. @returns its id */
async function file(asked: Asked, authenticatedAt = now.toISOString(), at = now): Promise<string> {
  const turn = await findTurn(world, asked, at);
  if (!turn?.isNew) throw new Error('no new turn');
  const { requestId } = turn;
  const { siteId, kind } = asked;
  const how =
    kind === 'order'
      ? { method: 'controller-order', order: 'subject-wish' as const }
      : { authenticatedAt, method: 'password' };
  const channel = { kind: 'site' as const, siteId, controllerId: 'controller-1', ...how };
  await fileBySite(world, world.vault, {
    requestId,
    right: 'access',
    channel,
    language: 'en',
    seat,
    now: at,
  });
  return requestId;
}
/** @returns its state */
const start = async (requestId: string, at: Date): Promise<string> => {
  const request = { requestId, right: 'access' } as const;
  const started = await startRequest(world, request, {
    ...{ scope: ['controller-1'], actor: 'site', now: at, startId: requestId },
    useProof: useProof(world.requests, requestId, at),
    choiceKey: world.key('choice'),
  });
  return started.request.state;
};
const stop = (requestId: string) => stopRequest(world, requestId, { event: 'withdrawn', now });

describe('A11: the request of a day', () => {
  it('is one for each account, right, day and authority', () => {
    const one = account();
    const ids = [
      requestIdOfToday(one, now, 1),
      requestIdOfToday(one, now, 2),
      requestIdOfToday(one, later(86_400), 1),
      requestIdOfToday({ ...one, registeredAt: '2026-01-02T00:00:00.000Z' }, now, 1),
      requestIdOfToday({ ...one, right: 'portability' }, now, 1),
      requestIdOfToday({ ...one, kind: 'order' }, now, 1),
      requestIdOfToday({ ...one, siteId: uuid() }, now, 1),
    ];

    expect(new Set(ids).size).toBe(ids.length);
    expect(requestIdOfToday(one, later(3_600), 1)).toBe(ids[0]);
  });

  it('is gone on with where a call of it failed', async () => {
    const asked = account();
    const requestId = await file(asked);

    expect(await findTurn(world, asked, later(5))).toEqual({ requestId, isNew: false });
    await advance(world, requestId, now, 'identity-verified');
    expect(await findTurn(world, asked, later(10))).toEqual({ requestId, isNew: false });
  });

  it('is made by the first that is started', async () => {
    const asked = account();
    const requestId = await file(asked);
    await advance(world, requestId, now, 'identity-verified', 'started');

    expect(await findTurn(world, asked, now)).toBeUndefined();
  });

  it.each([
    ['withdrawn', stop],
    ['disavowed', (requestId: string) => disavowRequest(world, requestId, now)],
  ])('A21: may be asked for anew where it was %s, twice and no more', async (_, end) => {
    const asked = account();
    const ids: string[] = [];
    for (let turn = 1; turn <= 3; turn += 1) {
      ids.push(await file(asked));
      await end(ids.at(-1) ?? '');
    }

    expect(new Set(ids).size).toBe(3);
    expect(await findTurn(world, asked, now)).toBeUndefined();
  });

  it('is not locked by a login that was too old when it was proven', async () => {
    const asked = account();
    const authenticatedAt = new Date(now.getTime() - 599_900).toISOString();
    const first = await file(asked, authenticatedAt);
    expect(await proveBySession(world, world.key('proof'), first, later(0.5))).toBeUndefined();

    // The person signs in again.
    const second = await file(asked, later(60).toISOString(), later(60));

    expect(second).not.toBe(first);
    expect(await proveBySession(world, world.key('proof'), second, later(61))).toBe(1);
  });

  it('is started by the next call where it was proven and its process died, while its login is fresh', async () => {
    const asked = account();
    const requestId = await file(asked);
    const prove = (seconds: number) => proveBySession(world, world.key('proof'), requestId, later(seconds));
    await prove(1);

    expect(await findTurn(world, asked, later(600))).toEqual({ requestId, isNew: false });

    expect(await prove(600)).toBe(1);
    expect(await start(requestId, later(600))).toBe('in-progress');
    expect(await findTurn(world, asked, later(601))).toBeUndefined();
  });

  it('is not locked where it was proven and its process died, once its login is too old', async () => {
    const asked = account();
    const first = await file(asked);
    expect(await proveBySession(world, world.key('proof'), first, later(1))).toBe(1);

    // The person signs in again.
    const second = await file(asked, later(1_200).toISOString(), later(1_200));

    expect(second).not.toBe(first);
    expect(await proveBySession(world, world.key('proof'), first, later(1_200))).toBeUndefined();
    expect(await proveBySession(world, world.key('proof'), second, later(1_201))).toBe(1);
    expect(await start(second, later(1_202))).toBe('in-progress');
    expect(await findTurn(world, asked, later(1_203))).toBeUndefined();
  });

  it('A10: of an order stays the one of the day when its user stopped it', async () => {
    const asked = account('order');
    await stop(await file(asked));

    expect(await findTurn(world, asked, now)).toBeUndefined();
  });
});

describe('outcomeOf', () => {
  const session = { kind: 'site' as const, siteId: 's', controllerId: 'c', method: 'password' };
  it.each([
    ['awaiting-identity', { authenticatedAt: minutesAgo(10) }, 'goes-on'],
    ['awaiting-identity', { authenticatedAt: minutesAgo(10.1) }, 'stopped'],
    ['awaiting-identity', { order: 'subject-wish' }, 'goes-on'],
    ['verified', { authenticatedAt: minutesAgo(10) }, 'goes-on'],
    ['verified', { authenticatedAt: minutesAgo(10.1) }, 'stopped'],
    ['verified', { order: 'subject-wish' }, 'goes-on'],
    ['withdrawn', {}, 'stopped'],
    ['withdrawn', { order: 'subject-wish' }, 'stands'],
    ['cooling-off', {}, 'stands'],
    ['in-progress', {}, 'stands'],
    ['needs-attention', {}, 'stands'],
    ['fulfilled', {}, 'stands'],
    ['partly-fulfilled', {}, 'stands'],
    ['refused', {}, 'stands'],
    ['lapsed', {}, 'stands'],
  ] as const)('of one that is %s %j: %s', (state, how, outcome) => {
    expect(outcomeOf({ state, channel: { ...session, ...how } }, now)).toBe(outcome);
  });
});
