import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getItem } from '#shared/aws/table.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange, type Change } from '#shared/requests/request-store.ts';
import { nextState } from '#shared/requests/transitions.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
const later = '2027-06-16T12:00:00.000Z';
const note = (detail: string, change: Partial<Change> = {}): Change => ({
  event: { note: 'noted' },
  at,
  actor: 'system',
  detail,
  ...change,
});
/** Where a request waits for scheduled work, and until when. */
const waiting = async (): Promise<unknown[]> => {
  const meta = await getItem(world.requests, requestKey(requestId, 'META'));
  return [meta?.['workPk'], meta?.['workSk']];
};
const chain = () => readChain(world.ledger, `R#${requestId}`);
const types = async () => (await chain()).map(({ type }) => type);

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  requestId = await fileForEmail(world, now, { codeId: 'code-1' });
});

describe('commitChange', () => {
  it('changes state, ledger and rows in one transaction, or none of them', async () => {
    const key = { pk: 'X#1', sk: requestId };
    const taken = {
      Put: { TableName: world.requests.name, Item: key, ConditionExpression: 'attribute_not_exists(pk)' },
    };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item: key }));
    const change = { event: 'identity-verified' as const, at, actor: 'subject' as const, items: [taken] };

    await expect(commitChange(world, requestId, change)).rejects.toMatchObject({
      name: 'TransactionRefused',
      failed: [2],
    });
    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'awaiting-identity', version: 1 });
    expect(await types()).toEqual(['submitted']);

    await world.requests.client.send(new DeleteCommand({ TableName: world.requests.name, Key: key }));
    expect(await commitChange(world, requestId, change)).toMatchObject({
      state: 'verified',
      version: 2,
      ledger: { seq: 2 },
    });
    expect(await requireRequest(world, requestId)).toEqual(await commitChange(world, requestId, change));
  });

  it('race 9: a change whose answer was lost is done once, however often it is asked for', async () => {
    const first = await commitChange(world, requestId, note('a'));
    await commitChange(world, requestId, note('b'));

    const again = await commitChange(world, requestId, note('a', { at: '2027-06-15T12:05:00.000Z' }));

    expect(first.ledger.seq).toBe(2);
    expect(again.ledger.seq).toBe(3);
    expect(await types()).toEqual(['submitted', 'noted', 'noted']);
  });

  it('race 9: a change of state whose answer was lost is no wrong state the second time', async () => {
    await advance(world, requestId, now, 'identity-verified');

    expect(await advance(world, requestId, now, 'identity-verified')).toMatchObject({
      state: 'verified',
      version: 2,
    });
  });

  it('G02: of ten at once each leaves one event, in an unbroken chain', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => persist(note(String(n)))));

    const events = await chain();
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(findBreak(events)).toBeUndefined();
    expect(await requireRequest(world, requestId)).toMatchObject({
      version: 11,
      ledger: { seq: 11, hash: events.at(-1)?.hash },
    });
  });

  it('of ten at once that are the same, one event is left', async () => {
    await Promise.all(Array.from({ length: 10 }, () => persist(note('same'))));

    expect(await types()).toEqual(['submitted', 'noted']);
  });

  it('of two ends at once one wins, and the other is refused by the state', async () => {
    await advance(world, requestId, now, 'identity-verified');

    const [withdrawn, started] = await Promise.allSettled([
      advance(world, requestId, now, 'withdrawn'),
      advance(world, requestId, now, 'started'),
    ]);

    const lost = [withdrawn, started].filter((end) => end.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ name: 'TransitionRefused' });
    expect((await types()).length).toBe(3);
  });

  it.each(['lapsed', 'started', 'tasks-ended', 'step-failed', 'redriven'] as const)(
    'refuses %s of a request that is withdrawn, and writes nothing',
    async (event) => {
      await advance(world, requestId, now, 'withdrawn');
      expect(nextState('withdrawn', event)).toBeUndefined();

      await expect(advance(world, requestId, now, event)).rejects.toMatchObject({
        name: 'TransitionRefused',
        state: 'withdrawn',
      });
      expect(await types()).toEqual(['submitted', 'withdrawn']);
    },
  );

  it('race 8: work of an attempt is refused unless the request is in progress in it', async () => {
    const work = (attempt: number) => commitChange(world, requestId, note(`work ${attempt}`, { attempt }));
    const superseded = { name: 'AttemptSuperseded' };
    await expect(work(1)).rejects.toMatchObject(superseded);

    await advance(world, requestId, now, 'identity-verified', 'started');
    expect(await work(1)).toMatchObject({ state: 'in-progress' });
    await expect(work(2)).rejects.toMatchObject(superseded);

    await commitChange(world, requestId, { event: 'step-failed', at, actor: 'system', attempt: 1 });
    await expect(work(3)).rejects.toMatchObject(superseded);
    await commitChange(world, requestId, { event: 'redriven', at, actor: 'operator', set: { attempt: 2 } });
    await expect(work(3)).rejects.toMatchObject(superseded);
    expect(await work(2)).toMatchObject({ attempt: 2 });
  });

  it('names a request that is not there', async () => {
    await expect(commitChange(world, uuid(), note('a'))).rejects.toMatchObject({ name: 'RequestUnknown' });
  });

  it('waits as running while in progress, and after its end for the end of its own data, 30 days later', async () => {
    await advance(world, requestId, now, 'identity-verified');
    expect(await waiting()).toEqual([undefined, undefined]);

    await advance(world, requestId, now, 'started');
    expect(await waiting()).toEqual([expect.stringMatching(/^running#/), `${at}#${requestId}`]);

    await commitChange(world, requestId, note('within the state', { at: later }));
    expect(await waiting()).toEqual([expect.stringMatching(/^running#/), `${at}#${requestId}`]);

    await commitChange(world, requestId, { event: 'tasks-ended', at, actor: 'system', attempt: 1 });
    expect(await waiting()).toEqual([
      expect.stringMatching(/^forget#/),
      `2027-07-15T12:00:00.000Z#${requestId}`,
    ]);
  });

  it('that lapsed waits for that end too, and no more once it was proven after all', async () => {
    await advance(world, requestId, now, 'lapsed');
    expect(await waiting()).toEqual([
      expect.stringMatching(/^forget#/),
      `2027-07-15T12:00:00.000Z#${requestId}`,
    ]);

    await advance(world, requestId, now, 'identity-verified');
    expect(await waiting()).toEqual([undefined, undefined]);
  });

  it.each([
    { restricts: true as const, until: at, as: /^running#/ },
    { restricts: undefined, until: '2027-07-15T12:00:00.000Z', as: /^forget#/ },
  ])(
    'an erasure is at work while it cools off, and once stopped as long as it restricts: $restricts',
    async ({ restricts, until, as }) => {
      await advance(world, requestId, now, 'identity-verified');
      const change = { at, actor: 'subject' } as const;
      await commitChange(world, requestId, {
        ...{ ...change, event: 'started', to: 'cooling-off' },
        set: restricts ? { restricts } : {},
      });
      expect(await waiting()).toEqual([expect.stringMatching(/^running#/), `${at}#${requestId}`]);

      await commitChange(world, requestId, { ...change, event: 'withdrawn' });
      expect(await waiting()).toEqual([expect.stringMatching(as), `${until}#${requestId}`]);
    },
  );
});

/** As a caller does that a crowd of others can outrun: asks again. */
async function persist(change: Change): Promise<void> {
  for (let tries = 10; ; tries -= 1) {
    try {
      await commitChange(world, requestId, change);
      return;
    } catch (error) {
      if (tries === 0 || (error as Error).name !== 'TransactionRefused') throw error;
    }
  }
}
