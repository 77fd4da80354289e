import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { isReadable } from '#shared/profiles/readable.ts';
import { readContact } from '#shared/requests/contact.ts';
import { liftRestrictions } from '#shared/requests/lift-restriction.ts';
import { readNotice } from '#shared/requests/notices.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { changeProfile } from '#test/support/erasure.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
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
  profileOf,
  startErasure,
  startForSite,
  store,
  type Known,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

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

const rowsOf = (requestId: string, prefix: string) => queryAll(world.requests, `R#${requestId}`, prefix);
/** Who is told, as the notices say under the request's key. */
async function toldBy(requestId: string): Promise<string[]> {
  const notices = await rowsOf(requestId, 'NOTICE#');
  const addresses = await Promise.all(
    notices.map(({ sk }) =>
      readNotice(world.requests, world.vault, requestId, String(sk).replace('NOTICE#', '')),
    ),
  );
  return addresses.map((address) => `${address?.kind} ${address?.value}`).sort();
}
const named = (...known: Known[]): string[] => known.map(({ kind, value }) => `${kind} ${value}`).sort();
const restrictedBy = async (profileId: string): Promise<string[]> => [
  ...((await profileOf(world, profileId)).restrictedBy ?? []),
];

describe('A25: an erasure that is announced', () => {
  it('restricts every profile in its scope at once, and no other', async () => {
    const address = email();
    const [chosen, other] = [uuid(), uuid()];
    const restricted = await knownProfile(world, [address], { controllerId: chosen });
    const left = await knownProfile(world, [address], { controllerId: other });
    const requestId = await startErasure(world, address, { scope: [chosen] });

    await announce(world, requestId);

    expect(await restrictedBy(restricted)).toEqual([requestId]);
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

    expect(await toldBy(requestId)).toEqual(named(...told));
    const messages = await rowsOf(requestId, 'MSG#erasure-notice-');
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
        ...(await rowsOf(id, 'NOTICE#')),
        ...(await rowsOf(id, 'MSG#erasure')),
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
      [await rowsOf(requestId, ''), await readChain(world.ledger, `R#${requestId}`)],
      (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value),
    );
    for (const { value } of [address, number]) expect(stored).not.toContain(value);
    expect(await toldBy(requestId)).toEqual(named(address, number));
  });

  it('tells an address once, in however many profiles it stands', async () => {
    const address = email();
    const scope = [uuid(), uuid(), uuid()];
    for (const controllerId of scope) await knownProfile(world, [address], { controllerId });
    const requestId = await startErasure(world, address, { scope });

    const { effects } = await announce(world, requestId);

    expect(await toldBy(requestId)).toEqual(named(address));
    expect(await rowsOf(requestId, 'MSG#erasure-notice')).toHaveLength(1);
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

    expect(await toldBy(requestId)).toEqual(named(address, ...stood, ...burst.slice(2)));
  });

  it('again says nothing twice, and ends no later', async () => {
    const address = email();
    const controllerId = uuid();
    const profileId = await knownProfile(world, [address, phone()], { controllerId });
    const requestId = await startErasure(world, address, { scope: [controllerId], level: 2 });
    const first = await announce(world, requestId);
    const rows = await rowsOf(requestId, '');

    const second = await announce(world, requestId, { when: later(30) });

    expect(second.until).toBe(first.until);
    expect(await rowsOf(requestId, '')).toEqual(rows);
    expect(await restrictedBy(profileId)).toEqual([requestId]);
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

    expect(await toldBy(requestId)).toEqual(named(address, ...addresses));
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
    expect(await restrictedBy(profileId)).toEqual([]);
    expect(await rowsOf(requestId, 'NOTICE#')).toEqual([]);
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

    expect(await restrictedBy(ids.plain)).toEqual([requestId]);
    for (const left of [ids.called, ids.asked, ids.newcomer]) {
      expect(await restrictedBy(left)).toEqual([]);
      expect(isReadable(await profileOf(world, left))).toBe(true);
    }
    const last = (await readChain(world.ledger, `R#${requestId}`)).at(-1);
    expect(last).toMatchObject({ type: 'announced', facts: { profiles: 4, notices: 4 } });
  });

  it('A25: tells the addresses of those as well', async () => {
    const { address, scope } = await reached();
    const requestId = await startErasure(world, address, { scope });

    await announce(world, requestId);

    const told = await toldBy(requestId);
    expect(told).toContain(`email ${address.value}`);
    // Two former addresses and the phone.
    expect(told).toHaveLength(4);
  });

  it('at level 2 restricts what signs in as well, and not what the address came to lately', async () => {
    const { address, scope, ids } = await reached();
    const requestId = await startErasure(world, address, { scope, level: 2 });

    await announce(world, requestId);

    for (const one of [ids.plain, ids.called, ids.asked])
      expect(await restrictedBy(one)).toEqual([requestId]);
    expect(await restrictedBy(ids.newcomer)).toEqual([]);
  });

  it('again judges nothing anew: what its first try restricted stays restricted', async () => {
    const { address, scope, ids } = await reached();
    const requestId = await startErasure(world, address, { scope });
    await announce(world, requestId);
    const rows = await rowsOf(requestId, 'ANNOUNCED#');
    await store(world, ids.plain, 'security-question');

    await announce(world, requestId);

    expect(await rowsOf(requestId, 'ANNOUNCED#')).toEqual(rows);
    expect(await restrictedBy(ids.plain)).toEqual([requestId]);
    expect(await restrictedBy(ids.asked)).toEqual([]);
  });

  it('A17: goes on with no profile that another function says was announced', async () => {
    const { address, scope } = await reached();
    const victim = await knownProfile(world, [email()]);
    const requestId = await startErasure(world, address, { scope });
    const Item = { pk: `R#${requestId}`, sk: `ANNOUNCED#${victim}`, profileId: victim, controllerId: uuid() };
    const planted = { ...Item, mac: 'm'.repeat(43) };
    await world.clients.dynamo.send(new PutCommand({ TableName: world.requests.name, Item: planted }));

    await expect(announce(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    expect(await restrictedBy(victim)).toEqual([]);
  });
});

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
    expect(await restrictedBy(profileId)).toEqual([ordered]);
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

    expect(await restrictedBy(profileId)).toEqual([]);
    expect(await rowsOf(requestId, 'MSG#')).toEqual([]);
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
      expect(await restrictedBy(profileId)).toEqual([]);
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
