import { beforeEach, describe, expect, it } from 'vitest';
import { getItem, queryAll } from '#shared/aws/table.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readContact } from '#shared/requests/contact.ts';
import { forgetRequest, forgetRequests } from '#shared/requests/forget.ts';
import { lapseUnproven } from '#shared/requests/lapse.ts';
import { readNotice } from '#shared/requests/notices.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { readSalt, readSubjectHash } from '#shared/requests/subject.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { announce, email, knownProfile, now, phone, startErasure } from '#test/support/erasure-request.ts';
import {
  advance,
  fileForEmail,
  makeRequestWorld,
  requireRequest,
  spoil,
} from '#test/support/filed-request.ts';
import { prove, sendCode } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const days = (n: number): Date => new Date(now.getTime() + n * 86_400_000);
const typesOf = async (id: string) => (await readChain(world.ledger, `R#${id}`)).map(({ type }) => type);
const stores = () => ({ ...world, keys: world.vault.keys });
const keyOf = (id: string) => readKey(world.vault.keys, `R#${id}`, 'request');
/** A run of the schedule. @returns the requests that it forgot */
async function forget(when: Date): Promise<string[]> {
  const done: string[] = [];
  const { forgotten, failures } = await forgetRequests(world, when, async (requestId) => {
    const isDone = await forgetRequest(stores(), requestId, when.toISOString());
    if (isDone) done.push(requestId);
    return isDone;
  });
  expect(failures).toEqual([]);
  expect(forgotten).toBe(done.length);
  return done.sort();
}
const ask = (id: string, when: Date): Promise<boolean> => forgetRequest(stores(), id, when.toISOString());
async function ended(): Promise<string> {
  const id = await fileForEmail(world, now);
  await advance(world, id, now, 'identity-verified', 'started', 'tasks-ended');
  return id;
}

/** It sweeps its world whole, so each test has its own. */
beforeEach(async () => {
  world = await makeRequestWorld();
});

describe('G01: 30 days after the end of a request', () => {
  it('its key is destroyed, once, and not before', async () => {
    const id = await ended();

    expect([await forget(days(29.999)), await forget(days(30)), await forget(days(31))]).toEqual([
      ...[[], [id], []],
    ]);

    expect(await keyOf(id)).toEqual({
      ...{ state: 'destroyed', epoch: 2, by: id, destroyedAt: days(30).toISOString() },
    });
    expect((await typesOf(id)).slice(-2)).toEqual(['tasks-ended', 'request-key-destroyed']);
    expect(findBreak(await readChain(world.ledger, `R#${id}`))).toBeUndefined();
    const row = await getItem(world.requests, requestKey(id, 'META'));
    expect(row).not.toHaveProperty('workPk');
    expect(row).toMatchObject({ state: 'fulfilled' });
  });

  it('its contact, its notices and the salt of its receipt are unreadable; the facts of procedure stay', async () => {
    const [address, number] = [email(), phone()];
    const controllerId = 'controller-1';
    await knownProfile(world, [address, number], { controllerId });
    const id = await startErasure(world, address, { scope: [controllerId] });
    await announce(world, id);
    await advance(world, id, now, 'elapsed', 'tasks-ended');
    const notices = await queryAll(world.requests, `R#${id}`, 'NOTICE#');
    const read = () =>
      Promise.all([
        readContact(world.requests, world.vault, id),
        readSalt(world.requests, world.vault, id),
        ...notices.map(({ sk }) =>
          readNotice(world.requests, world.vault, id, String(sk).replace('NOTICE#', '')),
        ),
      ]);
    expect((await read()).filter((one) => one !== undefined)).toHaveLength(4);

    expect(await forget(days(30))).toEqual([id]);

    expect(await read()).toEqual([undefined, undefined, undefined, undefined]);
    expect(await readSubjectHash(world.requests, id)).toBe('h'.repeat(43));
    expect(await requireRequest(world, id)).toMatchObject({ state: 'fulfilled', ground: '17(1)(b)' });
  });

  it.each([
    { how: 'withdrawn', events: ['withdrawn'] as const },
    { how: 'disavowed', events: ['disavowed'] as const },
    { how: 'partly fulfilled', events: ['identity-verified', 'started', 'tasks-ended'] as const },
  ])('also where it ended $how', async ({ events }) => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, ...events);

    expect([await forget(days(29.999)), await forget(days(30))]).toEqual([[], [id]]);
  });

  it('those of many are destroyed, on however many pages, each once by two runs at the same time', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 9; n += 1) ids.push(await ended());
    const paged = withSmallPages(world.requests);
    const run = () =>
      forgetRequests({ requests: paged }, days(30), (id) =>
        forgetRequest(stores(), id, days(30).toISOString()),
      );

    const runs = await Promise.all([run(), run()]);

    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
    expect(paged.queries()).toBeGreaterThan(8);
    for (const id of ids) {
      expect(await keyOf(id)).toMatchObject({ state: 'destroyed', epoch: 2 });
      expect((await typesOf(id)).filter((type) => type === 'request-key-destroyed')).toHaveLength(1);
    }
  });

  it('one whose key was destroyed before is at its end as well', async () => {
    const id = await ended();
    await destroyKey(world.vault.keys, `R#${id}`, 'request');

    expect([await forget(days(30)), await forget(days(30))]).toEqual([[id], []]);
    expect(await keyOf(id)).toMatchObject({ epoch: 2, by: 'r1' });
  });

  it('one that fails keeps no other from its turn, and is told', async () => {
    const [broken, other] = [await ended(), await ended()];
    await spoil(world, broken);

    const { forgotten, failures } = await forgetRequests(world, days(30), (id) => ask(id, days(30)));

    expect([forgotten, failures.length]).toEqual([1, 1]);
    expect(await keyOf(other)).toMatchObject({ state: 'destroyed' });
    expect(() => {
      requireComplete(failures);
    }).toThrow('1 rows failed');
  });
});

describe('G01: whoever asks for the end of a request’s key', () => {
  it('before its time gets nothing, and the key lives', async () => {
    const id = await ended();

    expect(await ask(id, days(29.999))).toBe(false);
    expect(await keyOf(id)).toMatchObject({ state: 'live' });
  });

  it.each([
    ['awaits its proof', []],
    ['is proven', ['identity-verified']],
    ['is at work', ['identity-verified', 'started']],
    ['needs attention', ['identity-verified', 'started', 'step-failed']],
  ] as const)('of one that %s gets nothing, however old it is', async (_, events) => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, ...events);

    expect(await forget(days(4_000))).toEqual([]);
    expect(await ask(id, days(4_000))).toBe(false);
    expect(await keyOf(id)).toMatchObject({ state: 'live' });
  });

  it('of one that is not there gets nothing', async () => {
    expect(await ask('019a0000-0000-7000-8000-000000000000', days(4_000))).toBe(false);
  });

  it('of an erasure that was stopped and not let go of yet gets nothing', async () => {
    const address = email();
    await knownProfile(world, [address], { controllerId: 'controller-1' });
    const id = await startErasure(world, address, { scope: ['controller-1'] });
    await announce(world, id);
    await advance(world, id, now, 'withdrawn');

    expect(await forget(days(40))).toEqual([]);
    expect(await ask(id, days(40))).toBe(false);
  });
});

describe('G01: a request that lapsed', () => {
  const lapsed = async (): Promise<string> => {
    const id = await fileForEmail(world, now, { codeId: 'code-1' });
    await lapseUnproven(world, days(14));
    return id;
  };

  it('is forgotten 30 days after it did', async () => {
    const id = await lapsed();

    expect([await forget(days(43.999)), await forget(days(44))]).toEqual([[], [id]]);
  });

  it('is revived by a late proof: its key lives as long as its work needs it', async () => {
    const id = await lapsed();
    await sendCode(world, id, undefined, days(20));
    expect(await prove(world, id, { now: days(20) })).toMatchObject({ level: 1 });

    expect(await forget(days(44))).toEqual([]);
    expect(await ask(id, days(44))).toBe(false);

    await advance(world, id, days(50), 'started', 'tasks-ended');
    expect([await forget(days(79.999)), await forget(days(80))]).toEqual([[], [id]]);
  });

  it('revived while the index still shows it as it was, it is not forgotten', async () => {
    const id = await lapsed();
    const { failures } = await forgetRequests(world, days(44), async (requestId) => {
      await sendCode(world, id, undefined, days(44));
      await prove(world, id, { now: days(44) });
      return ask(requestId, days(44));
    });

    expect(failures).toEqual([]);
    expect(await keyOf(id)).toMatchObject({ state: 'live' });
    expect(await requireRequest(world, id)).toMatchObject({ state: 'verified' });
  });
});
