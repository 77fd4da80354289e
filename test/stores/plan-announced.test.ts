import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { indexKey } from '#shared/profiles/identifier-store.ts';
import { liftRestriction } from '#shared/profiles/restriction.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { changeProfile } from '#test/support/erasure.ts';
import {
  announce,
  at,
  email,
  hashOf,
  knownProfile,
  link,
  phone,
  plan,
  profileOf,
  startErasure,
  store,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';
import { aimsOf, isFree, known } from '#test/support/erasure-views.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

describe('A25: where the address leads elsewhere when the cooling-off is over', () => {
  it('what it no longer opens is not erased, and not restricted any more either', async () => {
    const { address, scope, ids } = await known(world, {}, {});
    const [contested = '', sure = ''] = ids;
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    expect(await isFree(world, contested)).toBe(false);
    // Another user of the same controller has the address now: it is unique there no more.
    await knownProfile(world, [{ ...address, linked: 1 }], { controllerId: scope[0] ?? '' });

    expect(await plan(world, requestId)).toBe(2);

    expect(await aimsOf(world, requestId)).toEqual({ [sure]: 'erase', [contested]: 'no-longer-opened' });
    expect(await isFree(world, contested)).toBe(true);
    expect(await isFree(world, sure)).toBe(false);
  });

  it('race 7: what came into reach since, and nobody was told of, is not erased', async () => {
    const { address, scope, ids } = await known(world, {}, {});
    const [contested = '', sure = ''] = ids;
    const other = await knownProfile(world, [address], { controllerId: scope[0] ?? '' });
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    // The other user lost the address: it is unique there by now.
    const Key = indexKey(other, { kind: 'email', hash: hashOf(address) });
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.index.name, Key }));

    expect(await plan(world, requestId)).toBe(1);

    expect(await aimsOf(world, requestId)).toEqual({ [sure]: 'erase' });
    expect(await profileOf(world, contested)).toMatchObject({ state: 'open', epoch: 1 });
  });

  it.each([
    ['was replaced', { former: 0 }],
    ['was called unverified', { verified: false }],
  ])(
    'G09: an address that %s leads to an answer, and to nothing that stays restricted',
    async (_, change) => {
      const { address, scope, ids } = await known(world, {}, { others: [phone()] });
      const requestId = await startErasure(world, address, { scope });
      await announce(world, requestId);
      for (const id of ids) await link(world, id, { ...address, ...change });

      expect(await plan(world, requestId)).toBe(2);

      expect(await aimsOf(world, requestId)).toEqual({
        ...{ [ids[0] ?? '']: 'no-longer-opened', [ids[1] ?? '']: 'no-longer-opened' },
      });
      expect(await requireRequest(world, requestId)).toMatchObject({ withheld: ['no-longer-opened'] });
      for (const id of ids) expect(await isFree(world, id)).toBe(true);
    },
  );

  it('race 4: one that another request has erased since is the other’s while the address leads there', async () => {
    const { address, scope, ids } = await known(world, {}, {});
    const [found = '', lost = ''] = ids;
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    for (const id of ids) await changeProfile(world.directory, id, { state: 'erased', epoch: 2 });
    const Key = indexKey(lost, { kind: 'email', hash: hashOf(address) });
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.index.name, Key }));

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({ [found]: 'already-erased', [lost]: 'no-longer-opened' });
  });
});

describe('A1, A25: what was not restricted is not erased', () => {
  it('also where what signs in has gone since the announcement', async () => {
    const number = phone();
    const { address, scope, ids } = await known(world, { others: [number] });
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await link(world, ids[0] ?? '', { ...number, former: 0 });

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({ [ids[0] ?? '']: 'needs-level-2' });
    expect((await profileOf(world, ids[0] ?? '')).state).toBe('open');
  });

  it('nor what came to sign in since: it is withheld, and let go', async () => {
    const { address, scope, ids } = await known(world, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    expect(await isFree(world, ids[0] ?? '')).toBe(false);
    await store(world, ids[0] ?? '', 'security-question');

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({ [ids[0] ?? '']: 'needs-level-2' });
    expect(await isFree(world, ids[0] ?? '')).toBe(true);
  });

  it('nor what somebody else has let go of', async () => {
    const { address, scope, ids } = await known(world, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await liftRestriction(world.directory, ids[0] ?? '', requestId);

    await plan(world, requestId);

    expect(await aimsOf(world, requestId)).toEqual({ [ids[0] ?? '']: 'no-longer-opened' });
  });

  it('race 8: nor what an earlier attempt withheld before it failed', async () => {
    const number = phone();
    const { address, scope, ids } = await known(world, {}, {});
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    await link(world, ids[0] ?? '', number);
    await plan(world, requestId);
    // As if it had stopped before it said that it has planned.
    await commitChange(world, requestId, {
      ...{ event: { note: 'stopped' }, at, actor: 'system' },
      ...{ set: { attempt: 2 }, remove: ['plannedAt'] },
    });
    await link(world, ids[0] ?? '', { ...number, former: 0 });

    await plan(world, requestId, { attempt: 2 });

    expect(await aimsOf(world, requestId, 2)).toEqual({
      [ids[0] ?? '']: 'needs-level-2',
      [ids[1] ?? '']: 'erase',
    });
  });

  it.each([
    ['for one that the address does not open', false],
    ['for one that came into reach since', true],
  ])('A17: a row that another function plants %s lists nobody’s profile', async (_, isInReach) => {
    const { address, scope } = await known(world, {});
    const requestId = await startErasure(world, address, { scope: [...scope, scope[0] ?? ''] });
    await announce(world, requestId);
    const [own] = await queryAll(world.requests, `R#${requestId}`, 'ANNOUNCED#');
    const controllerId = isInReach ? (scope[0] ?? '') : uuid();
    const victim = await knownProfile(world, [isInReach ? address : email()], { controllerId });
    // Its own row, turned to the victim.
    const Item = { ...own, sk: `ANNOUNCED#${victim}`, profileId: victim };
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item }));

    await expect(plan(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    expect(await aimsOf(world, requestId)).toEqual({});
    expect(await profileOf(world, victim)).toMatchObject({ state: 'open', epoch: 1 });
  });
});
