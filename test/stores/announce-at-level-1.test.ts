import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import {
  announce,
  email,
  knownProfile,
  phone,
  profileOf,
  startErasure,
  store,
} from '#test/support/erasure-request.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';
import { restrictedBy, rowsOf, toldBy } from '#test/support/erasure-views.ts';

let world: World;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});

describe('A1: an erasure by a mailbox alone', () => {
  /** Profiles of one address: of two nothing more is needed than it, of the others it is not enough. */
  async function reached() {
    const address = email();
    const scope = [uuid(), uuid(), uuid(), uuid()];
    const [plain, called, asked, newcomer] = scope.map((controllerId) => ({ controllerId }));
    const ids = {
      plain: await knownProfile(world, [address], plain),
      called: await knownProfile(world, [address, phone()], called),
      asked: await knownProfile(world, [address, email(undefined, { former: 3 })], asked),
      newcomer: await knownProfile(
        world,
        [{ ...address, linked: 3 }, email(undefined, { former: 4 })],
        newcomer,
      ),
    };
    await store(world, ids.asked, 'security-question');
    return { address, scope, ids };
  }

  it('restricts nothing that it will leave whole, so that a mailbox thief locks nobody out', async () => {
    const { address, scope, ids } = await reached();
    const requestId = await startErasure(world, address, { scope });

    await announce(world, requestId);

    expect(await restrictedBy(world, ids.plain)).toEqual([requestId]);
    for (const left of [ids.called, ids.asked, ids.newcomer]) {
      expect(await restrictedBy(world, left)).toEqual([]);
      expect(isReadable(await profileOf(world, left))).toBe(true);
    }
    const last = (await readChain(world.ledger, `R#${requestId}`)).at(-1);
    expect(last).toMatchObject({ type: 'announced', facts: { profiles: 4, notices: 4 } });
  });

  it('A25: tells the addresses of those as well', async () => {
    const { address, scope } = await reached();
    const requestId = await startErasure(world, address, { scope });

    await announce(world, requestId);

    const told = await toldBy(world, requestId);
    expect(told).toContain(`email ${address.value}`);
    // Two former addresses and the phone.
    expect(told).toHaveLength(4);
  });

  it('at level 2 restricts what signs in as well, and not what the address came to lately', async () => {
    const { address, scope, ids } = await reached();
    const requestId = await startErasure(world, address, { scope, level: 2 });

    await announce(world, requestId);

    for (const one of [ids.plain, ids.called, ids.asked])
      expect(await restrictedBy(world, one)).toEqual([requestId]);
    expect(await restrictedBy(world, ids.newcomer)).toEqual([]);
  });

  it('again judges nothing anew: what its first try restricted stays restricted', async () => {
    const { address, scope, ids } = await reached();
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const rows = await rowsOf(world, requestId, 'ANNOUNCED#');
    await store(world, ids.plain, 'security-question');

    await announce(world, requestId);

    expect(await rowsOf(world, requestId, 'ANNOUNCED#')).toEqual(rows);
    expect(await restrictedBy(world, ids.plain)).toEqual([requestId]);
    expect(await restrictedBy(world, ids.asked)).toEqual([]);
  });

  it('A17: goes on with no profile that another function says was announced', async () => {
    const { address, scope } = await reached();
    const victim = await knownProfile(world, [email()]);
    const requestId = await startErasure(world, address, { scope });
    const Item = { pk: `R#${requestId}`, sk: `ANNOUNCED#${victim}`, profileId: victim, controllerId: uuid() };
    const planted = { ...Item, mac: 'm'.repeat(43) };
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item: planted }));

    await expect(announce(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    expect(await restrictedBy(world, victim)).toEqual([]);
  });
});
