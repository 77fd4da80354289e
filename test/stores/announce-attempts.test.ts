import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { liftRestrictions } from '#shared/requests/lift-restriction.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import {
  announce,
  at,
  coolingOff,
  email,
  knownProfile,
  later,
  now,
  phone,
  plan,
  startErasure,
  startForSite,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import { restrictedBy, rowsOf } from '#test/support/erasure-views.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

async function stopAndLetGo(requestId: string): Promise<void> {
  await stopRequest(world, requestId, { event: 'withdrawn', now });
  const stopped = await requireRequest(world, requestId);
  await liftRestrictions(world, stopped, { attempt: 2, now: at });
}

describe('A25: how long it cools off', () => {
  const { normal, extended } = coolingOff;
  it.each([
    ['two channels', [phone()], normal],
    ['one channel', [], extended],
    ['a phone that nobody verified', [phone({ verified: false })], extended],
    ['an identifier of this month', [phone({ linked: 20 })], extended],
    ['one that was replaced this month', [phone(), email(undefined, { former: 20 })], extended],
  ])('with %s', async (_, others, seconds) => {
    const address = email();
    const controllerId = uuid();
    await knownProfile(world, [address, ...others], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });

    // However late the announcement comes: it counts from there, as it was told.
    const { until } = await announce(world, requestId, { when: later(40) });

    expect(until).toBe(later(40 + seconds));
    expect(await requireRequest(world, requestId)).toMatchObject({ coolingOffUntil: until });
  });

  it('is the longest that one of its profiles needs, whichever is looked at first', async () => {
    for (const order of [
      [true, false],
      [false, true],
    ]) {
      const address = email();
      const scope: string[] = [];
      for (const isShort of order) {
        const controllerId = uuid();
        scope.push(controllerId);
        await knownProfile(world, isShort ? [address, phone()] : [address], { controllerId });
      }
      const requestId = await startErasure(world, address, { scope });

      expect((await announce(world, requestId)).until).toBe(later(extended));
    }
  });

  it('A10: of an order always is the longer time; of a session it is as of anybody', async () => {
    const profileId = await knownProfile(world, [email(), phone()]);
    const ordered = await startForSite(world, profileId, { order: 'subject-wish' });
    const asked = await startForSite(world, profileId);

    expect((await announce(world, ordered)).until).toBe(later(extended));
    expect((await announce(world, asked)).until).toBe(later(normal));
    expect(await restrictedBy(world, profileId)).toEqual([ordered]);
  });
});

describe('race 8: an announcement of an attempt that is no longer', () => {
  it('restricts nothing and tells nobody', async () => {
    const address = email();
    const controllerId = uuid();
    const profileId = await knownProfile(world, [address], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });
    await stopRequest(world, requestId, { event: 'withdrawn', now });

    await expect(announce(world, requestId)).rejects.toMatchObject({ name: 'AttemptSuperseded' });

    expect(await restrictedBy(world, profileId)).toEqual([]);
    expect(await rowsOf(world, requestId, 'MSG#')).toEqual([]);
  });

  // The person can withdraw as soon as the request is started, while its first step is at work.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'restricts nothing where it is stopped, and let go, before call %i',
    async (n) => {
      const address = email();
      const controllerId = uuid();
      const profileId = await knownProfile(world, [address], { controllerId });
      const requestId = await startErasure(world, address, { scope: [controllerId] });
      const other = openWorld(names);
      let calls = 0;
      other.clients.dynamo.middlewareStack.add(
        (next) => async (args) => {
          calls += 1;
          if (calls === n) await stopAndLetGo(requestId);
          return next(args);
        },
        { step: 'initialize', name: 'stopped' },
      );

      const late = announce(other, requestId);

      await expect(late).rejects.toMatchObject({ name: 'AttemptSuperseded' });
      expect(await restrictedBy(world, profileId)).toEqual([]);
    },
  );

  it('is one that was planned already: it says until when, and does nothing', async () => {
    const address = email();
    const requestId = await startErasure(world, address);
    const { until } = await announce(world, requestId);
    await plan(world, requestId);

    expect(await announce(world, requestId)).toEqual({ until, effects: [] });
    await expect(announce(world, requestId, { attempt: 2 })).rejects.toMatchObject({
      name: 'AttemptSuperseded',
    });
  });
});
