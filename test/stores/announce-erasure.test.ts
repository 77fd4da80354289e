import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { readContact } from '#shared/requests/contact.ts';
import { changeProfile } from '#test/support/erasure.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import {
  announce,
  at,
  email,
  knownProfile,
  later,
  phone,
  profileOf,
  startErasure,
  startForSite,
} from '#test/support/erasure-request.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import { restrictedBy, rowsOf, toldBy, named } from '#test/support/erasure-views.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

describe('A25: an erasure that is announced', () => {
  it('restricts every profile in its scope at once, and no other', async () => {
    const address = email();
    const [chosen, other] = [uuid(), uuid()];
    const restricted = await knownProfile(world, [address], { controllerId: chosen });
    const left = await knownProfile(world, [address], { controllerId: other });
    const requestId = await startErasure(world, address, { scope: [chosen] });

    await announce(world, requestId);

    expect(await restrictedBy(world, restricted)).toEqual([requestId]);
    expect(isReadable(await profileOf(world, restricted))).toBe(false);
    expect(isReadable(await profileOf(world, left))).toBe(true);
  });

  it('A4: tells each address that leads to the person, or did in the last 90 days, and was verified', async () => {
    const address = email();
    const told = [
      address,
      phone({ linked: 150 }),
      email(undefined, { former: 1 }),
      email(undefined, { former: 90 }),
    ];
    const untold = [
      email(undefined, { former: 90.01 }),
      email(undefined, { former: 5, verified: false }),
      phone({ verified: false }),
      { kind: 'username', value: uuid() } as const,
    ];
    const controllerId = uuid();
    await knownProfile(world, [...told, ...untold], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });

    const { effects } = await announce(world, requestId);

    expect(await toldBy(world, requestId)).toEqual(named(...told));
    const messages = await rowsOf(world, requestId, 'MSG#erasure-notice-');
    expect(messages).toHaveLength(4);
    for (const message of messages) {
      expect(message).toMatchObject({ kind: 'erasure-notice', state: 'pending' });
      expect(effects).toContainEqual({
        ...{ kind: 'send-message', requestId, messageId: message['messageId'] },
      });
      expect(message['messageId']).toBe(`erasure-notice-${String(message['noticeId'])}`);
    }
    expect(effects).toHaveLength(4);
  });

  it('A35: names an address otherwise in each request, so that no id tells that both told the same person', async () => {
    const address = email();
    const [one, other] = [uuid(), uuid()];
    for (const controllerId of [one, other]) await knownProfile(world, [address], { controllerId });
    const first = await startErasure(world, address, { scope: [one] });
    const second = await startErasure(world, address, { scope: [other] });

    for (const requestId of [first, second]) await announce(world, requestId);

    const ids = await Promise.all(
      [first, second].map(async (id) => [
        ...(await rowsOf(world, id, 'NOTICE#')),
        ...(await rowsOf(world, id, 'MSG#erasure')),
      ]),
    );
    const [ofFirst = [], ofSecond = []] = ids.map((rows) => rows.map(({ sk }) => String(sk)));
    expect(ofFirst).toHaveLength(2);
    expect(ofSecond).toHaveLength(2);
    expect(new Set([...ofFirst, ...ofSecond]).size).toBe(4);
  });

  it('A18: keeps the addresses under the request’s key alone', async () => {
    const [address, number] = [email(), phone()];
    const controllerId = uuid();
    await knownProfile(world, [address, number], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });

    await announce(world, requestId);

    const stored = JSON.stringify(
      [await rowsOf(world, requestId, ''), await readChain(world.ledger, `R#${requestId}`)],
      (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value),
    );
    for (const { value } of [address, number]) expect(stored).not.toContain(value);
    expect(await toldBy(world, requestId)).toEqual(named(address, number));
  });

  it('tells an address once, in however many profiles it stands', async () => {
    const address = email();
    const scope = [uuid(), uuid(), uuid()];
    for (const controllerId of scope) await knownProfile(world, [address], { controllerId });
    const requestId = await startErasure(world, address, { scope });

    const { effects } = await announce(world, requestId);

    expect(await toldBy(world, requestId)).toEqual(named(address));
    expect(await rowsOf(world, requestId, 'MSG#erasure-notice')).toHaveLength(1);
    expect(effects).toHaveLength(1);
    const last = (await readChain(world.ledger, `R#${requestId}`)).at(-1);
    expect(last).toMatchObject({ type: 'announced', facts: { profiles: 3, notices: 1 } });
  });

  it('A21: tells of former addresses all that stood for a day, and of the others the last ten', async () => {
    const stood = Array.from({ length: 12 }, (_, n) => email(undefined, { former: 30 + n }));
    const burst = Array.from({ length: 12 }, (_, n) =>
      email(undefined, { linked: 13.5 - n, former: 13 - n }),
    );
    const address = email();
    const controllerId = uuid();
    await knownProfile(world, [address, ...stood, ...burst], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId] });

    await announce(world, requestId);

    expect(await toldBy(world, requestId)).toEqual(named(address, ...stood, ...burst.slice(2)));
  });

  it('again says nothing twice, and ends no later', async () => {
    const address = email();
    const controllerId = uuid();
    const profileId = await knownProfile(world, [address, phone()], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId], level: 2 });
    const first = await announce(world, requestId);
    const rows = await rowsOf(world, requestId, '');

    const second = await announce(world, requestId, { when: later(30) });

    expect(second.until).toBe(first.until);
    expect(await rowsOf(world, requestId, '')).toEqual(rows);
    expect(await restrictedBy(world, profileId)).toEqual([requestId]);
    const types = (await readChain(world.ledger, `R#${requestId}`)).map(({ type }) => type);
    expect(types.filter((type) => type === 'announced')).toHaveLength(1);
  });

  it('finds what stands on later pages', async () => {
    const addresses = Array.from({ length: 5 }, () => email(undefined, { former: 10 }));
    const address = email();
    const scope = [uuid(), uuid(), uuid()];
    for (const controllerId of scope) await knownProfile(world, [address, ...addresses], { controllerId });
    const requestId = await startErasure(world, address, { scope });
    const paged = {
      ...world,
      ...{ directory: withSmallPages(world.directory), index: withSmallPages(world.index) },
    };

    await announce(paged, requestId);

    expect(await toldBy(world, requestId)).toEqual(named(address, ...addresses));
    expect(paged.index.queries()).toBeGreaterThan(1);
    expect(paged.directory.queries()).toBeGreaterThan(6);
  });

  it('leaves a profile alone that another erasure has ended, and tells nobody of it', async () => {
    const address = email();
    const controllerId = uuid();
    const profileId = await knownProfile(world, [address], { controllerId });
    await changeProfile(world.directory, profileId, { state: 'erased', epoch: 2 });
    const requestId = await startErasure(world, address, { scope: [controllerId] });

    const { effects } = await announce(world, requestId);

    expect(effects).toEqual([]);
    expect(await restrictedBy(world, profileId)).toEqual([]);
    expect(await rowsOf(world, requestId, 'NOTICE#')).toEqual([]);
  });

  it('of nobody restricts nothing, tells nobody, and has its end all the same', async () => {
    const requestId = await startErasure(world, email(), { scope: [] });

    const { effects, until } = await announce(world, requestId);

    expect(effects).toEqual([]);
    expect(until > at).toBe(true);
  });

  it('A11: from a session has the verified address on record to answer to', async () => {
    const address = email();
    const profileId = await knownProfile(world, [address, email(undefined, { former: 3 })]);
    const requestId = await startForSite(world, profileId);

    await announce(world, requestId);
    await announce(world, requestId);

    expect(await readContact(world.requests, world.vault, requestId)).toEqual({ email: address.value });
  });
});
