import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listUploads } from '#shared/aws/object-prefix.ts';
import { getItem, queryAll, type Item, type Table } from '#shared/aws/table.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { openingsOf } from '#shared/profiles/sound.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { eraseRows } from '#shared/retention/erase-rows.ts';
import { placeHold } from '#shared/retention/holds.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow } from '#shared/vault/record-store.ts';
import { SealBroken } from '#shared/vault/record-format.ts';
import { startCollecting } from '#test/support/collecting.ts';
import { restrictProfile } from '#test/support/erasure.ts';
import {
  fillProfile,
  plantRequest,
  plantUpload,
  whatIsLeft,
  type Filled,
} from '#test/support/filled-profile.ts';
import { erasureOf, type Erasure } from '#test/support/vault-erasure.ts';
import { makeWorld, openWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let filled: Filled;
let erasure: Erasure;
const now = '2027-07-01T12:00:00.000Z';

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  filled = await fillProfile(names);
  erasure = erasureOf(filled.world, filled.profileId, { now });
});
const meta = () => readProfile(filled.world.directory, filled.profileId);
const plant = ({ client, name }: Table, Item: Item) => client.send(new PutCommand({ TableName: name, Item }));
const remove = ({ client, name }: Table, item: Item = {}) =>
  client.send(new DeleteCommand({ TableName: name, Key: { pk: item['pk'], sk: item['sk'] } }));
const markOf = (dataset: string): Item => ({
  ...{ pk: `P#${filled.profileId}`, sk: `${dataset}#${uuid()}`, dataset, scope: 'ordinary' },
});
async function upToDestruction(of = erasure): Promise<void> {
  await of.take();
  await of.preserve();
  await of.destroy();
}

describe('G03: destroying keys', () => {
  it('ends the profile in a new epoch, and leaves tombstones that say when and by which request', async () => {
    await restrictProfile(filled.world.directory, filled.profileId, 'r1');
    await upToDestruction();

    const profile = await meta();
    expect(profile).toMatchObject({ state: 'erased', epoch: 2, erasedAt: now, erasedBy: erasure.requestId });
    expect(profile).not.toHaveProperty('restrictedBy');
    expect(profile).not.toHaveProperty('erasingBy');
    const owner = `P#${filled.profileId}` as const;
    const tombstone = { state: 'destroyed', epoch: 2, destroyedAt: now, by: erasure.requestId };
    expect(await readKey(filled.world.vault.keys, owner, 'ordinary')).toEqual(tombstone);
    // An invoice and a consent stay.
    expect(await readKey(filled.world.vault.keys, owner, 'retained')).toMatchObject({ state: 'live' });
  });

  it('takes the retained key too, where nothing stays', async () => {
    const bare = await startCollecting(names);
    const of = erasureOf(bare.world, bare.profile.profileId, { now });
    await of.all();

    const owner = `P#${bare.profile.profileId}` as const;
    for (const scope of ['ordinary', 'retained'] as const)
      expect(await readKey(bare.world.vault.keys, owner, scope)).toMatchObject({
        state: 'destroyed',
        by: of.requestId,
      });
    expect((await of.counts()).scan).toMatchObject({ datasets: {}, leftovers: {}, done: true });
  });

  it('is done once: a second try finds it done, another request finds it taken', async () => {
    const other = erasureOf(filled.world, filled.profileId);
    await erasure.take();
    await erasure.preserve();
    await expect(other.destroyOnce()).rejects.toMatchObject({ name: 'ProfileInErasure' });

    expect(await erasure.destroy()).toEqual({ state: 'mine' });
    expect(await erasure.destroy()).toEqual({ state: 'mine' });
    expect(await meta()).toMatchObject({ epoch: 2 });
  });

  it('is refused before anything was preserved', async () => {
    await erasure.take();

    await expect(erasure.destroyOnce()).rejects.toMatchObject({ name: 'HoldChanged' });
    expect(await meta()).toMatchObject({ state: 'erasing' });
  });

  it('P15: what was copied before it can be opened by nothing that is left', async () => {
    // Prepare: whoever copies every table sees all ciphertext, and every wrapped key.
    const { world, profileId } = filled;
    const copied = (await queryAll(world.records, `P#${profileId}`, 'device#')).map(parseRecordRow);
    await erasure.all();
    const other = await fillProfile(names);

    // Act: with each key that can still be had.
    const ordinary = await withKey(world.vault, `P#${profileId}`, 'ordinary', () => Promise.resolve(true));
    const tryWith = async (owner: `P#${string}`, scope: 'ordinary' | 'retained') => {
      const opened = await withKey(world.vault, owner, scope, ({ key }) => {
        for (const row of copied) expect(() => openPayload(key, profileId, row)).toThrow(SealBroken);
        return Promise.resolve(copied.length);
      });
      expect(opened).toEqual({ status: 'open', value: 5 });
    };

    // Assess
    expect(ordinary).toEqual({ status: 'erased', at: now });
    await tryWith(`P#${profileId}`, 'retained');
    await tryWith(`P#${other.profileId}`, 'ordinary');
    const [tombstone] = await queryAll(world.vault.keys, `P#${profileId}`);
    expect(tombstone).not.toHaveProperty('wrapped');
  });
});

describe('G15: eraseRows', () => {
  it('deletes from every store what does not stay, two a page and one page a run', async () => {
    await upToDestruction();
    const runs = await erasure.erase();

    expect(await whatIsLeft(filled.world, filled)).toEqual({
      records: ['billing', 'consent', 'disclosure', 'disclosure'],
      directory: ['META', 'REQ'],
      keys: ['destroyed', 'live'],
      objects: [],
    });
    expect((await erasure.counts()).erased).toMatchObject({
      datasets: { device: 5, 'support-case': 3 },
      done: true,
    });
    expect(runs).toBeGreaterThanOrEqual(4);
    await erasure.scan();
  });

  it('race 12: leaves the current verified address in the index as retained, and no other identifier', async () => {
    await upToDestruction();
    const linked = await filled.identifiers();
    await erasure.erase();

    const left = await Promise.all(
      linked.map(async ({ kind, hash }) => ({
        hash,
        entries: await findEntries(filled.world.index, kind, hash),
      })),
    );
    for (const { hash, entries } of left)
      expect(entries.map(({ status }) => status)).toEqual(hash === filled.email.hash ? ['retained'] : []);
    expect(await meta()).toMatchObject({ retainedUnder: { kind: 'email', hash: filled.email.hash } });
    const entries = await findEntries(filled.world.index, 'email', filled.email.hash);
    const [opening] = openingsOf(entries, '2027-07-01T12:00:00.000Z', '2027-07-01T12:00:00.000Z');
    expect(opening?.profileId).toBe(filled.profileId);
  });

  it('race 12: leaves no entry where nothing stays', async () => {
    const bare = await startCollecting(names);
    const { world, profile } = bare;
    await bare.consent('given', ['terms-accepted'], { named: [filled.email] });
    // The proof of the consent is all that would stay: without it the profile is empty.
    const [consent] = await queryAll(world.records, `P#${profile.profileId}`);
    await remove(world.records, consent);
    await erasureOf(world, profile.profileId).all();

    const entries = await findEntries(world.index, 'email', filled.email.hash);
    expect(entries.map(({ profileId }) => profileId)).toEqual([filled.profileId]);
  });

  it('A7: makes the account’s mapping a tombstone, and notes that the profile is empty', async () => {
    const { siteId, userHash, registeredAt } = filled.profile;
    await erasure.all();

    const pk = `U#${siteId}#${userHash}`;
    const map = await getItem(filled.world.directory, { pk, sk: `MAP#${registeredAt}` });
    expect(map).toMatchObject({ profileId: filled.profileId, erasedAt: now });
    expect(await meta()).toMatchObject({ emptiedAt: now });
  });

  it('A8: deletes the objects of every request that covered the profile, and of no other', async () => {
    const [second, foreign] = [uuid(), uuid()];
    await plantRequest(filled.world, filled.profileId, second);
    const other = await fillProfile(names);
    await plantRequest(other.world, other.profileId, foreign);
    await erasure.all();

    expect((await whatIsLeft(filled.world, { ...filled, coveredBy: second })).objects).toEqual([]);
    expect((await whatIsLeft(filled.world, { ...filled, coveredBy: foreign })).objects).toHaveLength(2);
  });

  it('A8: ends the uploads that were cut off of every request that covered it, and of no other', async () => {
    const { world, coveredBy } = filled;
    const foreign = uuid();
    for (const bucket of ['staging', 'bundles'] as const)
      for (const request of [coveredBy, foreign]) await plantUpload(world, bucket, `${request}/1.zip`);
    await erasure.take();
    await erasure.preserve();
    await erasure.destroy();

    await erasure.erase();

    for (const bucket of [world.staging, world.bundles]) {
      const left: string[] = [];
      for (const request of [coveredBy, foreign])
        for await (const { key } of listUploads(bucket, `${request}/`)) left.push(key);
      expect(left).toEqual([`${foreign}/1.zip`]);
    }
    await erasure.scan();
  });

  it('touches nothing of anybody else, at the same site either', async () => {
    const other = await fillProfile(names);
    const before = await whatIsLeft(other.world, other);
    await erasure.all();

    expect(await whatIsLeft(other.world, other)).toEqual(before);
    expect(await other.held()).toBe(5);
    expect(await findEntries(other.world.index, 'email', other.email.hash)).toMatchObject([
      { status: 'current' },
    ]);
  });

  it('keeps what is under a hold', async () => {
    const { world, profileId } = filled;
    const exception = { exception: '17(3)(e)', reviewAt: '2028-01-01' } as const;
    const hold = { holdId: uuid(), datasets: ['device'], placedAt: now, ...exception };
    await placeHold({ directory: world.directory, keys: world.vault.keys }, profileId, hold);
    await erasure.all();

    expect((await whatIsLeft(world, filled)).records.filter((dataset) => dataset === 'device')).toHaveLength(
      5,
    );
    const { erased, scan } = await erasure.counts();
    expect(erased?.datasets).toEqual({ 'support-case': 3 });
    expect(scan?.datasets['device']).toEqual({ retained: 5, residual: 0, ground: 'hold', ...exception });
  });

  it('deletes nothing while a key lives, or for another request', async () => {
    const run = { profileId: filled.profileId, now, mayGoOn: () => true };
    const stores = filled.world;
    await erasure.take();
    await erasure.preserve();

    await expect(eraseRows(stores, { ...run, requestId: erasure.requestId })).rejects.toMatchObject({
      name: 'KeysNotDestroyed',
    });
    await erasure.destroy();
    await expect(eraseRows(stores, { ...run, requestId: uuid() })).rejects.toMatchObject({
      name: 'ProfileInErasure',
    });
    expect(await whatIsLeft(stores, filled)).toMatchObject({
      records: { length: 12 },
      objects: { length: 2 },
    });
  });

  it('A6: two runs at once count every record once', async () => {
    await upToDestruction();
    const { requestId } = erasure;
    const twins = [0, 1].map(() => erasureOf(openWorld(names), filled.profileId, { requestId, now }));

    await Promise.all(twins.map((twin) => twin.erase()));

    expect((await erasure.counts()).erased).toMatchObject({ datasets: { device: 5, 'support-case': 3 } });
    await erasure.scan();
  });

  it('A6: what turns up after the count is deleted by the next attempt, and not counted', async () => {
    await upToDestruction();
    await erasure.erase();
    await plant(filled.world.records, markOf('device'));
    await plant(filled.world.records, markOf('support-case'));
    await expect(erasure.scan()).rejects.toMatchObject({ name: 'ResidualFound' });

    await erasure.erase();
    await erasureOf(filled.world, filled.profileId, { requestId: erasure.requestId, attempt: 2 }).scan();

    expect((await erasure.counts()).erased).toMatchObject({ datasets: { device: 5, 'support-case': 3 } });
  });
});
