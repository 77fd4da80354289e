import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll, type Item, type Key, type Table } from '#shared/aws/table.ts';
import type { IdentifierKind } from '#shared/profiles/normalise.ts';
import { indexPartition } from '#shared/profiles/identifier-hash.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import { device } from '#test/support/collecting.ts';
import {
  fillProfile,
  plantObject,
  plantRequest,
  plantUpload,
  type Filled,
} from '#test/support/filled-profile.ts';
import { erasureOf, type Erasure } from '#test/support/vault-erasure.ts';
import { makeWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let filled: Filled;
let erasure: Erasure;
const now = '2027-07-01T12:00:00.000Z';

beforeAll(async () => {
  names = await makeWorld();
});

const put = ({ client, name }: Table, item: Item) =>
  client.send(new PutCommand({ TableName: name, Item: item }));
const remove = ({ client, name }: Table, key: Key) =>
  client.send(new DeleteCommand({ TableName: name, Key: key }));
const record = (sk: string, change: Item = {}): Item => ({
  ...{ pk: `P#${filled.profileId}`, sk, dataset: sk.split('#')[0], scope: 'ordinary' },
  ...change,
});
const nextAttempt = (attempt: number) =>
  erasureOf(filled.world, filled.profileId, { requestId: erasure.requestId, now, attempt });

async function erased(): Promise<void> {
  filled = await fillProfile(names);
  erasure = erasureOf(filled.world, filled.profileId, { now });
  await erasure.take();
  await erasure.preserve();
}

describe('A6: scanPlace', () => {
  beforeEach(async () => {
    await erased();
    await erasure.destroy();
    await erasure.erase();
  });

  it('finds what was retained, why, and until when that is looked at again, two a page and one page a run', async () => {
    const runs = await erasure.scan();

    const claims = { ground: 'data-map', exception: '17(3)(e)', reviewAt: '2030-07-01' };
    expect((await erasure.counts()).scan).toMatchObject({
      attempt: 1,
      datasets: {
        billing: {
          retained: 1,
          residual: 0,
          ground: 'data-map',
          exception: '17(3)(b)',
          reviewAt: '2037-07-01',
        },
        consent: { retained: 1, residual: 0, ...claims },
        disclosure: { retained: 2, residual: 0, ...claims },
      },
      ...{ leftovers: {}, scannedAt: now, done: true },
    });
    expect(runs).toBeGreaterThanOrEqual(2);
  });

  it('found = erased + retained + residual, in every dataset', async () => {
    await erasure.scan();

    const { found, erased: gone, scan } = await erasure.counts();
    for (const [dataset, count] of Object.entries(found?.datasets ?? {})) {
      const { retained = 0, residual = 0 } = scan?.datasets[dataset] ?? {};
      expect([dataset, (gone?.datasets[dataset] ?? 0) + retained + residual]).toEqual([dataset, count]);
    }
    expect(Object.keys(found?.datasets ?? {})).toHaveLength(5);
  });

  const stores: { store: string; plant: (world: World) => Promise<unknown>; found: object }[] = [
    {
      store: 'records, under the ordinary key',
      plant: ({ records }) => put(records, record('device#planted')),
      found: { datasets: { device: { retained: 0, residual: 1 } } },
    },
    {
      store: 'records, in a dataset that the map does not have',
      plant: ({ records }) => put(records, record('no-such#planted', { scope: 'retained' })),
      found: { datasets: { 'no-such': { retained: 0, residual: 1 } } },
    },
    {
      store: 'records, held for nobody',
      plant: ({ records }) => put(records, record('device#planted', { scope: 'retained', heldBy: 'forged' })),
      found: { datasets: { device: { retained: 0, residual: 1 } } },
    },
    {
      store: 'identifiers',
      plant: ({ directory }) =>
        put(directory, { pk: `P#${filled.profileId}`, sk: `ID#email#${filled.email.hash}`, kind: 'email' }),
      found: { leftovers: { identifiers: 1 } },
    },
    {
      store: 'consents',
      plant: ({ directory }) => put(directory, { pk: `P#${filled.profileId}`, sk: 'CONSENT#login' }),
      found: { leftovers: { consents: 1 } },
    },
    {
      store: 'index, where an identifier stood that nothing is retained under',
      plant: async ({ index, requests }) => {
        const named = await queryAll(requests, `R#${erasure.requestId}`, 'NAMED#');
        const hash = named.map((row) => String(row['hash'])).find((one) => one !== filled.email.hash) ?? '';
        const kind = named.find((row) => row['hash'] === hash)?.['kind'] as IdentifierKind;
        const entry = { pk: indexPartition(kind, hash), sk: `P#${filled.profileId}` };
        await put(index, { ...entry, status: 'retained' });
      },
      found: { leftovers: { 'index-entries': 1 } },
    },
    {
      store: 'index, where the retained address stands as if it were in use',
      plant: ({ index }) => {
        const pk = indexPartition('email', filled.email.hash);
        return put(index, { pk, sk: `P#${filled.profileId}`, status: 'current' });
      },
      found: { leftovers: { 'index-entries': 1 } },
    },
    {
      store: 'keys, where one lives',
      plant: async ({ vault }) => {
        await remove(vault.keys, { pk: `P#${filled.profileId}`, sk: 'ordinary' });
        await mintKey(vault.keys, `P#${filled.profileId}`, 'ordinary', Buffer.from('wrapped'));
      },
      found: { leftovers: { keys: 1 } },
    },
    {
      store: 'staging, of a request that covered it',
      plant: (world) => plantObject(world, 'staging', `${filled.coveredBy}/2/page/00000001`),
      found: { leftovers: { 'staging-objects': 1 } },
    },
    {
      store: 'bundles, of a request that covered it',
      plant: (world) => plantObject(world, 'bundles', `${filled.coveredBy}/2.zip`),
      found: { leftovers: { 'bundle-objects': 1 } },
    },
    {
      store: 'staging and bundles, of a request that nobody erased after',
      plant: (world) => plantRequest(world, filled.profileId, uuid()),
      found: { leftovers: { 'staging-objects': 1, 'bundle-objects': 1 } },
    },
    {
      store: 'staging, of this very request',
      plant: (world) => plantObject(world, 'staging', `${erasure.requestId}/page`),
      found: { leftovers: { 'staging-objects': 1 } },
    },
    {
      store: 'bundles, as an upload that was cut off',
      plant: (world) => plantUpload(world, 'bundles', `${filled.coveredBy}/2.zip`),
      found: { leftovers: { 'unfinished-uploads': 1 } },
    },
    {
      store: 'staging, as an upload that was cut off',
      plant: (world) => plantUpload(world, 'staging', `${filled.coveredBy}/2/page/00000001`),
      found: { leftovers: { 'unfinished-uploads': 1 } },
    },
  ];
  it.each(stores)('says what is left in $store, and ends with an error', async ({ plant, found }) => {
    await plant(filled.world);

    await expect(erasure.scan()).rejects.toMatchObject({ name: 'ResidualFound' });

    expect((await erasure.counts()).scan).toMatchObject({ ...found, done: true });
    // Asked again it looks again, and still says so.
    await expect(erasure.scan()).rejects.toMatchObject({ name: 'ResidualFound' });
  });

  it('looks everywhere again in a later attempt, and does not go on from what an earlier one saw', async () => {
    await erasure.scan();
    await put(filled.world.records, record('aaa#planted'));

    // The same attempt has its answer; its answer was lost.
    expect(await erasure.scan()).toBe(1);
    await expect(nextAttempt(2).scan()).rejects.toMatchObject({ name: 'ResidualFound' });
    await remove(filled.world.records, { pk: `P#${filled.profileId}`, sk: 'aaa#planted' });
    await nextAttempt(3).scan();

    expect((await erasure.counts()).scan).toMatchObject({ attempt: 3, done: true });
  });

  it('reads every row of a prefix, two a page', async () => {
    const { directory } = filled.world;
    for (let n = 0; n < 5; n += 1)
      await put(directory, { pk: `P#${filled.profileId}`, sk: `CONSENT#purpose-${n}` });
    const paged = { ...filled.world, directory: withSmallPages(directory) };

    await expect(erasureOf(paged, filled.profileId, erasure).scan()).rejects.toMatchObject({
      name: 'ResidualFound',
    });

    expect((await erasure.counts()).scan).toMatchObject({ leftovers: { consents: 5 } });
  });
});

describe('A1: a profile that was withheld', () => {
  it('has all of it left, in use and for no ground, and the scan writes no other count', async () => {
    filled = await fillProfile(names);
    erasure = erasureOf(filled.world, filled.profileId, { now });
    // It is open: its site goes on.
    await filled.collect([device(9)]);

    await erasure.scan('withheld');

    const { found, scan } = await erasure.counts();
    expect(scan).toMatchObject({
      datasets: {
        billing: { retained: 0, residual: 1 },
        device: { retained: 0, residual: 6 },
        'support-case': { residual: 3 },
      },
      ...{ leftovers: {}, done: true },
    });
    expect(JSON.stringify(scan)).not.toMatch(/ground|reviewAt/);
    expect(found).toBeUndefined();
  });
});

describe('race 4: a profile that another request has erased', () => {
  beforeEach(async () => {
    filled = await fillProfile(names);
    await erasureOf(filled.world, filled.profileId, { now }).all();
    erasure = erasureOf(filled.world, filled.profileId, { now: '2027-08-01T00:00:00.000Z' });
  });

  it.each(['erase', 'already-erased'] as const)(
    'is looked at as such where it was to be: %s',
    async (aim) => {
      // What was retained has been given out since, and its bundle lies there.
      await plantRequest(filled.world, filled.profileId, uuid());
      await erasure.scan(aim);

      const { found, scan } = await erasure.counts();
      expect(scan).toMatchObject({
        datasets: { billing: { retained: 1, reviewAt: '2037-07-01' } },
        done: true,
      });
      // The scan writes nobody's count but its own.
      expect(found).toBeUndefined();
    },
  );

  it('A6: is not vouched for where something is left', async () => {
    await put(filled.world.records, record('device#planted'));

    await expect(erasure.scan('already-erased')).rejects.toMatchObject({ name: 'ResidualFound' });
  });
});

describe('A6: a profile that was not erased', () => {
  it('is no clean one', async () => {
    await erased();

    await expect(erasure.scan()).rejects.toMatchObject({ name: 'ResidualFound' });
    expect((await erasure.counts()).scan).toMatchObject({
      datasets: { device: { residual: 5 } },
      leftovers: { identifiers: 3, consents: 2, 'index-entries': 3, keys: 1 },
    });
  });
});
