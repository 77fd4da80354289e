import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getItem, queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { concludeErasure } from '#shared/requests/conclude-erasure.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { putReceipt } from '#shared/requests/receipt-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { writeFound, writeScan, type Scan } from '#shared/retention/counts.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import {
  announce,
  at,
  email,
  knownProfile,
  later,
  phone,
  plan,
  startErasure,
  type Known,
} from '#test/support/erasure-request.ts';
import { makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
let ids: string[];
const jws = `header.${Buffer.from('what it says').toString('base64url')}.signature`;
const receipt = createHash('sha256').update('what it says').digest('base64url');
const end = later(2_000);
beforeAll(async () => {
  world = await makeRequestWorld();
});

/** An erasure with its plan, of profiles in which these stand beside the address. */
async function planned(...profiles: Known[][]): Promise<void> {
  const address = email();
  const scope = profiles.map(() => uuid());
  ids = [];
  for (const [n, others] of profiles.entries())
    ids.push(await knownProfile(world, [address, ...others], { controllerId: scope[n] ?? '' }));
  requestId = await startErasure(world, address, { scope });
  await announce(world, requestId);
  await plan(world, requestId);
}
const whose = (n = 0) => ({ requestId, profileId: ids[n] ?? '' });
const found = (n: number, recipients: string[], otherDisclosures = 0) =>
  writeFound(
    world.requests,
    world.foundKey,
    whose(n),
    { holdEpoch: 0, datasets: {}, retained: 0, recipients, otherDisclosures, done: true },
    undefined,
  );
const scanned = (n: number, datasets: Scan['datasets']) =>
  writeScan(
    world.requests,
    world.scanKey,
    whose(n),
    { attempt: 1, datasets, leftovers: {}, done: true },
    undefined,
  );
const signed = () =>
  transact(world.clients.dynamo, [putReceipt(world.requests, requestId, { contentHash: receipt, jws, at })]);
const conclude = async (
  change: { attempt?: number; receipt?: string | undefined } = {},
  stores: typeof world = world,
) =>
  concludeErasure(stores, await requireRequest(world, requestId), {
    ...{ attempt: 1, receipt, now: end },
    ...change,
  });
const rowsOf = (prefix: string) => queryAll(world.requests, `R#${requestId}`, prefix);
const messages = async () => (await rowsOf('MSG#')).map(({ messageId }) => String(messageId)).sort();
const ending = async () =>
  (await readChain(world.ledger, `R#${requestId}`)).filter(({ type }) => type === 'tasks-ended');

describe('A6: an erasure that did something', () => {
  beforeEach(() => planned([], []));

  it('does not end without its receipt: nothing is said, nothing is changed', async () => {
    const before = await rowsOf('');

    await expect(conclude({ receipt: undefined })).rejects.toMatchObject({ name: 'ReceiptMissing' });

    expect(await rowsOf('')).toEqual(before);
  });

  it('does not end on a receipt that is not there', async () => {
    await expect(conclude()).rejects.toMatchObject({ name: 'TransactionRefused' });
    await signed();
    await expect(conclude({ receipt: 'x'.repeat(43) })).rejects.toMatchObject({ name: 'TransactionRefused' });

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress' });
    expect((await messages()).filter((id) => id.startsWith('erased'))).toEqual([]);
    expect(await ending()).toEqual([]);
  });

  it('A17: does not end on a receipt that was written over', async () => {
    const Item = { ...requestKey(requestId, `RECEIPT#${receipt}`), contentHash: receipt, jws: 'a.b.c', at };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    await expect(conclude()).rejects.toMatchObject({ name: 'ReceiptForged' });
    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress' });
    expect(await ending()).toEqual([]);
  });

  it('ends with its receipt, says so to its person, and waits for the end of its own data', async () => {
    await signed();

    const { effects, request } = await conclude();

    expect(request).toMatchObject({
      ...{ state: 'fulfilled', openTasks: 0, withheld: [], endedAt: end, receipt },
    });
    expect(effects).toEqual([{ kind: 'send-message', requestId, messageId: 'erased-1' }]);
    expect(await messages()).toContain('erased-1');
    const facts = { tasks: 2, withheld: [], recipients: 0, otherDisclosures: 0, receipt };
    expect(await ending()).toMatchObject([{ facts }]);
    const tasks = await readTasks(world.requests, requestId, 1);
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(await rowsOf('TOMBSTONE#')).toHaveLength(2);
    expect(await getItem(world.requests, requestKey(requestId, 'META'))).toMatchObject({
      workPk: expect.stringMatching(/^forget#/) as string,
      workSk: `2027-07-15T12:33:20.000Z#${requestId}`,
    });
  });

  it('ended twice, also at once, has ended once', async () => {
    await found(0, [uuid()]);
    await signed();
    await Promise.all([conclude(), conclude()]);
    const rows = await rowsOf('');

    await expect(conclude()).rejects.toMatchObject({ name: 'AttemptSuperseded' });

    expect(await rowsOf('')).toEqual(rows);
    expect(await ending()).toHaveLength(1);
    expect((await messages()).filter((id) => !id.startsWith('erasure-notice'))).toHaveLength(2);
  });

  it('race 8: an attempt that is no longer ends nothing and tells nobody', async () => {
    await found(0, [uuid()]);
    await signed();
    const before = await rowsOf('');

    await expect(conclude({ attempt: 2 })).rejects.toMatchObject({ name: 'AttemptSuperseded' });

    expect(await rowsOf('')).toEqual(before);
  });
});

describe('G09: what of an erasure makes it partly fulfilled', () => {
  const held = { ground: 'hold', exception: '17(3)(e)', reviewAt: '2028-01-31' } as const;
  const byMap = { ...held, ground: 'data-map' } as const;

  it.each([
    {
      what: 'something under a hold',
      datasets: { account: { retained: 1, residual: 0, ...held } },
      kept: true,
    },
    {
      what: 'what the data map keeps by its own rule',
      datasets: { consent: { retained: 2, residual: 0, ...byMap } },
      kept: false,
    },
    { what: 'nothing', datasets: { account: { retained: 0, residual: 0 } }, kept: false },
  ])('$what: $kept', async ({ datasets, kept }) => {
    await planned([], []);
    await scanned(1, datasets);
    await signed();

    const { request, effects } = await conclude();

    expect(request).toMatchObject({
      state: kept ? 'partly-fulfilled' : 'fulfilled',
      withheld: kept ? ['under-hold'] : [],
    });
    expect(effects.at(-1)).toMatchObject({ messageId: kept ? 'partly-erased-1' : 'erased-1' });
  });

  it('a profile that was withheld, beside the hold on another', async () => {
    await planned([phone()], []);
    await scanned(1, { account: { retained: 1, residual: 0, ...held } });
    // What stays in it stays because it was withheld, and not for its hold.
    await scanned(0, { account: { retained: 0, residual: 1 } });
    await signed();

    const { request, effects } = await conclude();

    expect(request.state).toBe('partly-fulfilled');
    expect(request.withheld).toEqual(['needs-level-2', 'under-hold']);
    expect(effects.at(-1)).toMatchObject({ messageId: 'partly-erased-1' });
    expect((await ending())[0]?.facts).toMatchObject({ withheld: ['needs-level-2', 'under-hold'] });
    expect((await rowsOf('TOMBSTONE#')).map(({ profileId }) => profileId)).toEqual([ids[1]]);
  });
});

describe('G18: recipients of erased data', () => {
  const told = async () =>
    (await rowsOf('MSG#recipient-told-')).map(({ siteId, kind, state }) => [siteId, kind, state]).sort();

  it('are each asked to be told once, over all profiles; of others it is kept how many there were', async () => {
    await planned([], [], []);
    const [one, two, three] = [uuid(), uuid(), uuid()].sort();
    await found(0, [one, two].map(String), 1);
    await found(1, [two, three].map(String), 2);
    await signed();

    const { effects } = await conclude({}, { ...world, requests: withSmallPages(world.requests) });

    expect(await told()).toEqual([one, two, three].map((site) => [site, 'recipient-told', 'pending']));
    expect(effects.map((effect) => 'messageId' in effect && effect.messageId)).toEqual([
      ...[one, two, three].map((site) => `recipient-told-${site}`),
      'erased-1',
    ]);
    expect((await ending())[0]?.facts).toMatchObject({ recipients: 3, otherDisclosures: 3 });
  });

  it('are not asked twice by the attempt that follows one which failed in between', async () => {
    await planned([]);
    await found(0, [uuid(), uuid()]);
    await expect(conclude()).rejects.toMatchObject({ name: 'TransactionRefused' });
    const asked = await told();
    expect(asked).toHaveLength(2);
    await recordFailure(world, requestId, { attempt: 1, failed: 'ReceiptMissing', now: end });
    const redriven = { event: 'redriven', to: 'in-progress', at: end, actor: 'operator' } as const;
    await commitChange(world, requestId, { ...redriven, set: { attempt: 2 } });
    await plan(world, requestId, { attempt: 2 });
    await signed();

    const { effects } = await conclude({ attempt: 2 });

    expect(await told()).toEqual(asked);
    expect(effects).toHaveLength(3);
    expect(await messages()).toContain('erased-2');
  });

  it('are told nothing of a profile that was left whole', async () => {
    await planned([phone()]);
    await found(0, [uuid()]);
    await signed();

    const { effects } = await conclude();

    expect(await told()).toEqual([]);
    // Nothing at all was erased, and that is what its person is told.
    expect(effects).toEqual([{ kind: 'send-message', requestId, messageId: 'nothing-erased-1' }]);
  });
});

describe('G06: an erasure that found nothing in reach', () => {
  it('ends fulfilled without a receipt, with the one honest text', async () => {
    await planned();

    const { request, effects } = await conclude({ receipt: undefined });

    expect(request).toMatchObject({ state: 'fulfilled', withheld: [] });
    expect(request.receipt).toBeUndefined();
    expect(effects).toEqual([{ kind: 'send-message', requestId, messageId: 'nothing-to-erase-1' }]);
    expect((await ending())[0]?.facts).not.toHaveProperty('receipt');
  });
});
