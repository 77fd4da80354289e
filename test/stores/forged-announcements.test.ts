import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll, type Item, type Key } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { announceProfile } from '#shared/requests/announced-profiles.ts';
import { askForMessage } from '#shared/requests/messages-outbox.ts';
import { messageIdOf, noticeIdOf, writeNotice } from '#shared/requests/notices.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { liftRestriction } from '#shared/profiles/restriction.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import {
  announce,
  at,
  coolingOff,
  hashOf,
  later,
  phone,
  plan,
  profileOf,
  startErasure,
  tellAll,
  type Known,
} from '#test/support/erasure-request.ts';
import { isFree, known, rowsOf } from '#test/support/erasure-views.ts';
import { setIn } from '#test/support/forging.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let requestId: string;
let ids: string[];
let address: Known;
beforeAll(async () => {
  world = openWorld(await makeWorld());
});
beforeEach(async () => {
  const person = await known(world, { others: [phone()] }, {});
  ({ address, ids } = person);
  requestId = await startErasure(world, address, { scope: person.scope });
});

/** What a function that may write the rows of requests can do, and has no other power. */
const put = (row: Item) =>
  world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item: row }));
const remove = ({ pk, sk }: Key) =>
  world.requests.client.send(new DeleteCommand({ TableName: world.requests.name, Key: { pk, sk } }));
const setRow = (sk: string, name: string, value: unknown) => setIn(world, requestId, sk, { name, value });
const firstOf = async (prefix: string): Promise<Item & Key> => {
  const [row] = await rowsOf(world, requestId, prefix);
  if (!row) throw new Error(`no ${prefix}`);
  return row as Item & Key;
};
/** What the request may do next, as its row says. */
async function forgeState(state: string): Promise<void> {
  await setRow('META', 'state', state);
  await setRow('META', 'coolingOffUntil', at);
}

const nothingIsPlanned = async (): Promise<void> => {
  expect(await rowsOf(world, requestId, 'TASK#')).toEqual([]);
  for (const id of ids) expect(await profileOf(world, id)).toMatchObject({ state: 'open', epoch: 1 });
};
const refused = async (when = later(coolingOff.extended), told: string | false = false): Promise<void> => {
  const planned = plan(world, requestId, { when, told });
  await expect(planned).rejects.toMatchObject({ name: 'PlanForged' });
  await nothingIsPlanned();
};
const waits = async (when: string, until: string): Promise<void> => {
  expect(await plan(world, requestId, { when, told: false })).toBe(until);
  await nothingIsPlanned();
};

describe('A25: the wait of an erasure is the announced one', () => {
  it('whatever its row says of it', async () => {
    const { until } = await announce(world, requestId);
    await tellAll(world, requestId);
    await forgeState('in-progress');

    await waits(later(1), until);
  });

  it('and there is none without an announcement', async () => {
    await forgeState('in-progress');

    await refused();
  });

  it('and it does not begin anew in a later attempt', async () => {
    const { until } = await announce(world, requestId);
    await setRow('META', 'attempt', 2);

    expect(await announce(world, requestId, { attempt: 2, when: later(50) })).toMatchObject({ until });
  });
});

describe('A17: an announcement that was changed', () => {
  const changes: [string, unknown][] = [
    ['at', later(-1_000)],
    ['until', at],
    ['ground', '17(1)(a)'],
    ['profiles', []],
    ['notices', []],
    ['mac', 'm'.repeat(43)],
  ];
  it.each(changes)('in its %s is refused', async (name, value) => {
    await announce(world, requestId);
    const before = await firstOf('ANNOUNCEMENT');
    expect(before[name]).not.toEqual(value);
    await setRow('ANNOUNCEMENT', name, value);

    await refused(later(coolingOff.extended), at);
    await put(before);
    expect(await plan(world, requestId)).toBe(2);
  });

  it('by taking a profile away is refused', async () => {
    await announce(world, requestId);
    await remove(await firstOf('ANNOUNCED#'));

    await refused(later(coolingOff.extended), at);
  });

  it('by that of another request is refused', async () => {
    const other = await known(world, {});
    const otherId = await startErasure(world, other.address, { scope: other.scope });
    await announce(world, otherId);
    await announce(world, requestId);
    const [theirs] = await queryAll(world.requests, `R#${otherId}`, 'ANNOUNCEMENT');
    await put({ ...theirs, ...requestKey(requestId, 'ANNOUNCEMENT') });

    await refused(later(coolingOff.extended), at);
  });
});

describe('A25: nothing is planned before everybody was told', () => {
  it('a notice that waits is waited for', async () => {
    await announce(world, requestId);
    await tellAll(world, requestId);
    const { sk } = await firstOf('MSG#erasure-notice-');
    await setRow(sk, 'state', 'pending');

    await waits(later(1_000), later(1_000 + coolingOff.normal));
  });

  it('one that went out late leaves half of the announced cooling-off', async () => {
    const { until } = await announce(world, requestId);
    await tellAll(world, requestId, later(1_000));

    expect(later(1_000) > until).toBe(true);
    const warned = later(1_000 + coolingOff.extended / 2);
    await waits(later(1_000), warned);
    expect(await plan(world, requestId, { when: warned })).toBe(2);
  });

  it('one that was not sent is no word, whatever the outbox says', async () => {
    await announce(world, requestId);
    const [first, ...others] = await rowsOf(world, requestId, 'MSG#erasure-notice-');
    await put({ ...first, state: 'sent', endedAt: at, toldMac: 'm'.repeat(43) });
    expect(others).not.toEqual([]);
    await tellAll(world, requestId);

    await refused();
  });

  it.each(['dropped', 'sent'])('one that is called %s without a word is refused', async (state) => {
    await announce(world, requestId);
    await put({ ...(await firstOf('MSG#erasure-notice-')), state, endedAt: at });
    await tellAll(world, requestId);

    await refused();
  });

  it('one whose message was taken away is refused', async () => {
    await announce(world, requestId);
    await remove(await firstOf('MSG#erasure-notice-'));
    await tellAll(world, requestId);

    await refused();
  });

  it('the word of one is none of another, nor of another time', async () => {
    await announce(world, requestId);
    await tellAll(world, requestId);
    const [one, other] = await rowsOf(world, requestId, 'MSG#erasure-notice-');
    const { toldMac: ofOther } = other ?? {};

    await put({ ...one, toldMac: ofOther });
    await refused();
    await put({ ...one, endedAt: later(-1_000) });
    await refused();
    await put({ ...one });
    expect(await plan(world, requestId, { told: false })).toBe(2);
  });
});

describe('A25: a notice that was changed after the announcement', () => {
  it('to another address is not told by its word: its person knows of nothing', async () => {
    await announce(world, requestId);
    const noticeId = noticeIdOf(requestId, 'email', hashOf(address));
    const thief = { noticeId, kind: 'email', value: 'thief@people.example', until: at } as const;
    await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
      put(writeNotice(world.requests, requestId, key, thief).write.Put?.Item ?? {}),
    );

    // All go out, to where the rows lead now.
    await refused(later(coolingOff.extended), at);
  });
});

describe('race 7: a profile that a late try has noted besides', () => {
  it('was announced to nobody: it is not erased, and not restricted any more either', async () => {
    await announce(world, requestId);
    const other = await known(world, {});
    const [profileId = ''] = other.ids;
    const one = { profileId, controllerId: other.scope[0] ?? '' };
    expect(await announceProfile(world, { requestId, attempt: 1 }, one)).toBe(true);
    expect(await isFree(world, profileId)).toBe(false);

    expect(await plan(world, requestId)).toBe(2);

    expect((await rowsOf(world, requestId, 'TASK#')).map((task) => task['profileId'])).not.toContain(
      profileId,
    );
    expect(await isFree(world, profileId)).toBe(true);
  });
});

describe('A25: a notice that was planted before the announcement', () => {
  const noticeId = () => noticeIdOf(requestId, 'email', hashOf(address));

  it('as if it had been sent is no word', async () => {
    const messageId = messageIdOf(noticeId());
    const message = { messageId, kind: 'erasure-notice', noticeId: noticeId(), at } as const;
    await transact(world.clients.dynamo, [askForMessage(world.requests, requestId, message)]);
    await setRow(`MSG#${messageId}`, 'state', 'sent');

    // Its address was never written: the announcement sees that, and says nothing.
    await expect(announce(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    await refused(later(coolingOff.extended), at);
  });

  it('to another address is refused', async () => {
    await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
      transact(world.clients.dynamo, [
        writeNotice(world.requests, requestId, key, {
          ...{ noticeId: noticeId(), kind: 'email', value: 'thief@people.example', until: at },
        }).write,
      ]),
    );

    await expect(announce(world, requestId)).rejects.toMatchObject({ name: 'PlanForged' });
    await nothingIsPlanned();
  });
});

describe('A25: a restriction that was lifted meanwhile', () => {
  it('leaves that profile whole: it could be used all the while', async () => {
    await announce(world, requestId);
    await liftRestriction(world.directory, ids[0] ?? '', requestId);

    expect(await plan(world, requestId)).toBe(2);
    const aims = (await rowsOf(world, requestId, 'TASK#')).map(({ aim }) => String(aim));
    expect(aims.sort()).toEqual(['erase', 'withheld']);
  });
});
