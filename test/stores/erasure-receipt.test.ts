import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll, type Item } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { buildReceipt, type ReceiptFacts } from '#shared/receipts/build-receipt.ts';
import type { ReceiptContent } from '#shared/receipts/receipt-content.ts';
import { receiptStatement } from '#shared/receipts/receipt-statement.ts';
import { signReceipt } from '#shared/receipts/sign-receipt.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { putTask, readTasks, type Task } from '#shared/requests/tasks.ts';
import { placeHold } from '#shared/retention/holds.ts';
import { publicKey } from '#shared/signing/public-keys.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import {
  at,
  email,
  knownProfile,
  later,
  startErasure,
  store,
  type Known,
} from '#test/support/erasure-request.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { recounting } from '#test/support/recounting.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let address: Known;
let scope: string[];
let ids: string[];
let requestId: string;
/** When the work is done. */
const done = new Date(later(1_000));
const facts: ReceiptFacts = {
  settings: {
    ...{ longestFunctionSeconds: 900, keyRecoveryDays: 1, tableRecoveryDays: 35 },
    ...{ queueRetentionDays: 14, logRetentionDays: 30 },
  },
  softwareVersion: '0.1.0',
  issuer: { name: 'Vendor', keys: 'https://rights.example/v1/keys' },
  nameController: () => Promise.resolve('Shop'),
};

class Reached extends Error {}
/** Runs an erasure up to a step. */
async function workUpTo(step: string, id = requestId): Promise<void> {
  const call = <T>(one: string, work: () => Promise<T>): Promise<T> =>
    one === step ? Promise.reject(new Reached()) : work();
  await expect(runErasure(world, id, { now: () => done, call })).rejects.toBeInstanceOf(Reached);
}
const build = async (id = requestId): Promise<ReceiptContent> =>
  buildReceipt(world, await requireRequest(world, id), facts);
const sign = async (content: ReceiptContent, when = done): Promise<string> => {
  const key = { ...world.key('evidence'), kid: (await evidence()).kid };
  return signReceipt(world.requests, key, { requestId }, content, when);
};
const evidence = () =>
  publicKey(world.clients.kms, { keyId: world.key('evidence').keyId, use: 'evidence', validFrom: at });
const receipts = () => queryAll(world.requests, `R#${requestId}`, 'RECEIPT#');
const eventOf = async (type: string, profileId?: string) =>
  (await readChain(world.ledger, `R#${requestId}`)).findLast(
    (event) => event.type === type && (profileId === undefined || event.facts['profileId'] === profileId),
  );
/** Changes a row of the request, as no function of ours does. */
const change = (sk: string, UpdateExpression: string, names: Record<string, string>, value: unknown) =>
  world.clients.dynamo.send(
    new UpdateCommand({
      ...{ TableName: world.requests.name, Key: requestKey(requestId, sk), UpdateExpression },
      ...{ ExpressionAttributeNames: names, ExpressionAttributeValues: { ':value': value } },
    }),
  );
/** Of the profile that is erased. */
const recount = () => recounting(world, { requestId, profileId: ids[0] ?? '' });

beforeAll(async () => {
  world = openWorld(await makeWorld());
});
/** A profile that is erased, and one that a security question keeps whole. */
async function begin(): Promise<void> {
  address = email();
  scope = [uuid(), uuid()].sort();
  ids = [];
  for (const controllerId of scope) ids.push(await knownProfile(world, [address], { controllerId }));
  const [erased = '', withheld = ''] = ids;
  await store(world, erased, 'account');
  await store(world, erased, 'support-case', { count: 3 });
  await store(world, withheld, 'security-question', { count: 2 });
  requestId = await startErasure(world, address, { scope });
}

describe('A6: what a receipt says', () => {
  beforeEach(begin);

  it('is what three functions counted, and what the ledger tells', async () => {
    await placeHold({ directory: world.directory, keys: world.vault.keys }, ids[0] ?? '', {
      ...{
        holdId: uuid(),
        datasets: ['account'],
        exception: '17(3)(e)',
        reviewAt: '2028-01-31',
        placedAt: at,
      },
    });
    await workUpTo('Sign');

    const content = await build();

    const [erased, withheld] = content.controllers.toSorted((a) => (a.controllerId === scope[0] ? -1 : 1));
    const destroyed = await eventOf('keys-destroyed', ids[0]);
    expect(erased).toEqual({
      ...{ controllerId: scope[0], name: 'Shop' },
      places: [
        {
          ...{ place: 'vault', assurance: 'vendor-scanned', outcome: 'erased' },
          keysDestroyedAt: destroyed?.at,
          datasets: [
            {
              ...{ dataset: 'account', found: 1, erased: 0, retained: 1, residual: 0 },
              ...{ ground: 'hold', exception: '17(3)(e)', reviewAt: '2028-01-31' },
            },
            {
              ...{ dataset: 'consent', found: 2, erased: 0, retained: 2, residual: 0 },
              ...{ ground: 'data-map', exception: '17(3)(e)', reviewAt: '2030-06-15' },
            },
            { dataset: 'support-case', found: 3, erased: 3, retained: 0, residual: 0 },
          ],
        },
      ],
    });
    expect(withheld?.places).toEqual([
      {
        ...{ place: 'vault', outcome: 'withheld', reason: 'needs-level-2', assurance: 'vendor-scanned' },
        // In use as before: of this nothing is kept for a ground of Art. 17(3), nor locked.
        datasets: [
          { dataset: 'consent', found: 1, erased: 0, retained: 0, residual: 1 },
          { dataset: 'security-question', found: 2, erased: 0, retained: 0, residual: 2 },
        ],
      },
    ]);
    const scanned = await eventOf('scanned');
    expect(content).toMatchObject({
      issuer: { name: 'Vendor', keys: 'https://rights.example/v1/keys' },
      ...{ version: 1, requestId, right: 'erasure', ground: '17(1)(b)', receivedAt: at },
      ...{ concludedAt: scanned?.at, ledger: { seq: scanned?.seq, hash: scanned?.hash } },
      subject: { hash: 'h'.repeat(43), hashAlgorithm: 'sha-256' },
      ...{ dataMapVersion, softwareVersion: '0.1.0' },
    });
    const copies = content.remainingCopies.map(({ what }) => what);
    expect(copies).toEqual(expect.arrayContaining(['keys', 'ciphertext', 'retained-records', 'tombstone']));
  });

  it('is nothing that names its person', async () => {
    await workUpTo('Sign');

    const text = JSON.stringify(await build());

    for (const secret of [address.value, ...ids, 'canary', 'Rex', 's'.repeat(43)])
      expect(text).not.toContain(secret);
  });

  it('race 4: is that another request has erased a profile, and when', async () => {
    const other = await startErasure(world, address, { scope: [scope[0] ?? ''] });
    await runErasure(world, other, { now: () => done });
    await workUpTo('Sign');

    const content = await build();

    const { controllers } = content;
    const place = controllers.find(({ controllerId }) => controllerId === scope[0])?.places[0];
    expect(place).toMatchObject({ outcome: 'already-erased', keysDestroyedAt: done.toISOString() });
    expect(place?.datasets).toMatchObject([{ dataset: 'consent', found: 2, erased: 0, retained: 2 }]);
    expect(() => receiptStatement(content)).not.toThrow();
  });
});

describe('A6: an erasure that is to be signed', () => {
  let rows: Item[];
  beforeAll(async () => {
    await begin();
    for (const step of ['Preserve', 'Destroy', 'Erase', 'Scan'] as const) {
      await workUpTo(step);
      await expect(build(), step).rejects.toMatchObject({ name: 'ErasureIncomplete' });
    }
    await workUpTo('Sign');
    rows = await queryAll(world.requests, `R#${requestId}`);
  });
  /** Each test finds it as it was. */
  afterEach(async () => {
    const TableName = world.requests.name;
    for (const { pk, sk } of await queryAll(world.requests, `R#${requestId}`))
      await world.clients.dynamo.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    for (const row of rows) await world.clients.dynamo.send(new PutCommand({ TableName, Item: row }));
  });

  describe('A6: the receipt of an erasure', () => {
    it('is the same however often it is built: it is signed once, and stored once', async () => {
      const [first, second] = [await build(), await build()];
      expect(first).toEqual(second);

      const hashes = await Promise.all([sign(first), sign(second)]);
      const stored = await receipts();
      const again = await sign(await build(), new Date(later(9_000)));

      expect(new Set([...hashes, again])).toEqual(new Set([receiptStatement(first).contentHash]));
      expect(stored).toHaveLength(1);
      expect(await receipts()).toEqual(stored);
    });

    it('verifies offline with the published key, and speaks of its content', async () => {
      const content = await build();
      const contentHash = await sign(content);

      const { jws = '' } = (await readReceipt(world.requests, requestId)) ?? {};
      const verdict = await verifyReceipt(jws, { keys: [await evidence()] });

      expect(verdict).toMatchObject({ problems: [], contentHash, content });
    });

    it.each([
      ['more was found than was erased and kept', () => recount().setFound('support-case', 4)],
      ['less was found', () => recount().setFound('support-case', 2)],
      ['something is counted as erased that nobody found', () => recount().setErased('device', 1)],
      ['less was erased', () => recount().setErased('account', 0)],
      ['something was kept that was erased', () => recount().setScan({ retained: 1, residual: 0 })],
      ['something is left', () => recount().setScan({ retained: 0, residual: 1 })],
    ])('is none where %s: nothing is signed, nothing is stored', async (_, falsify) => {
      await falsify();

      const content = await build();

      await expect(sign(content)).rejects.toMatchObject({
        name: 'ReceiptUnsound',
        field: /^controllers\.\d/,
      });
      expect(await receipts()).toEqual([]);
    });

    it('A17: gives the ground that was announced, whatever the request’s row says', async () => {
      const { ground: _, ...without } = await requireRequest(world, requestId);

      const content = await buildReceipt(world, { ...without, ground: '17(1)(a)' }, facts);

      expect(content.ground).toBe('17(1)(b)');
    });

    it('is none where what is left and what was found fit, and nobody says that it stays', async () => {
      await recount().setFound('account', 2);
      await recount().setScan({ retained: 0, residual: 1 });

      await expect(sign(await build())).rejects.toMatchObject({ problem: 'residual-not-stated' });
      expect(await receipts()).toEqual([]);
    });
  });

  describe('A6: there is nothing to sign', () => {
    const incomplete = async (): Promise<void> => {
      await expect(build()).rejects.toMatchObject({ name: 'ErasureIncomplete' });
    };

    it('of an attempt that did not look again, whatever one before it saw', async () => {
      await change('META', 'SET #attempt = :value', { '#attempt': 'attempt' }, 2);
      await incomplete();

      // The next attempt plans, and looks at one of two profiles.
      await change('META', 'SET #attempt = :value', { '#attempt': 'attempt' }, 1);
      await recount().SCAN({ attempt: 0 });
      await incomplete();
    });

    it.each([
      ['a profile whose scan is not at its end', 'SCAN'] as const,
      ['one that was not counted to its end', 'FOUND'] as const,
      ['one that was not erased to its end', 'ERASED'] as const,
    ])('of %s', async (_, row) => {
      await recount()[row]({ done: false });
      await incomplete();
    });

    it('A17: of an erasure for which no announcement says why', async () => {
      await transact(world.clients.dynamo, [
        { Delete: { TableName: world.requests.name, Key: requestKey(requestId, 'ANNOUNCEMENT') } },
      ]);
      await expect(build()).rejects.toMatchObject({ name: 'PlanForged' });
    });

    it('of an erasure that says nothing of whom it was about', async () => {
      await transact(world.clients.dynamo, [
        { Delete: { TableName: world.requests.name, Key: requestKey(requestId, 'SUBJECT') } },
      ]);
      await incomplete();
    });

    it('A17: of a plan with a task that was not planned', async () => {
      const [planned] = await readTasks(world.requests, requestId, 1);
      const forged = { ...planned, profileId: uuid() } as Task;
      await transact(world.clients.dynamo, [putTask(world.requests, requestId, forged)]);

      await expect(build()).rejects.toMatchObject({ name: 'PlanForged' });
    });
  });
});
