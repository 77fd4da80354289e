import { listObjects, listUploads, type Bucket } from '#shared/aws/object-prefix.ts';
import { createHash } from 'node:crypto';
import { getItem, partition, queryPages, type Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { indexKey } from '#shared/profiles/identifier-store.ts';
import type { Profile } from '#shared/profiles/profile-store.ts';
import { CountForged, type Whose } from './count-store.ts';
import { readFound, type Found, type LeftoverKind, type Scan } from './counts.ts';
import { coveringRequests, objectPrefix } from './covering-requests.ts';
import { addNamed, namedPages } from './named-identifiers.ts';

export type LeftoverStores = {
  readonly directory: Table;
  readonly index: Table;
  readonly keys: Table;
  readonly requests: Table;
  readonly staging: Bucket;
  readonly bundles: Bucket;
  readonly foundKey: MacKey;
};

/**
 * What is left of an erased profile besides records, by kind: identifiers and consents, index entries of every identifier
 * that it was found by, keys that live, objects of every request that covered it and of this one, uploads that were cut off. Of a profile that an
 * earlier request erased the objects are left out: they hold what was retained, given out since.
 * @returns kinds of which nothing is left are not named
 * @throws CountForged where it was not counted, or the identifiers that are named are others than were there
 */
export async function findLeftovers(
  stores: LeftoverStores,
  { requestId, profileId, aim }: { requestId: string; profileId: string; aim: 'erase' | 'already-erased' },
  profile: Profile | undefined,
): Promise<Scan['leftovers']> {
  const { directory, requests, keys } = stores;
  const eraser = profile?.erasedBy ?? requestId;
  const counted = await readFound(requests, stores.foundKey, { requestId: eraser, profileId });
  if (!counted?.done) throw new CountForged(`profile ${profileId} in request ${eraser} was not counted`);
  const found: [LeftoverKind, number][] = [
    ['identifiers', await countRows(directory, profileId, 'ID#')],
    ['consents', await countRows(directory, profileId, 'CONSENT#')],
    ['index-entries', await countEntries(stores, { requestId: eraser, profileId }, counted, profile)],
    ['keys', await countKeys(keys, profileId, counted)],
  ];
  if (aim === 'erase') {
    const prefixes = await prefixesOf(directory, requestId, profileId);
    found.push(['staging-objects', await countObjects(stores.staging, prefixes)]);
    found.push(['bundle-objects', await countObjects(stores.bundles, prefixes)]);
    const uploads = [stores.staging, stores.bundles].map((bucket) => countUploads(bucket, prefixes));
    found.push(['unfinished-uploads', (await Promise.all(uploads)).reduce((sum, count) => sum + count, 0)]);
  }
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}

async function countRows(directory: Table, profileId: string, prefix: string): Promise<number> {
  let rows = 0;
  for await (const { items } of queryPages(directory, partition(`P#${profileId}`, prefix)))
    rows += items.length;
  return rows;
}

/** The one by which what was retained is found stays, as `retained`, and no other. */
async function countEntries(
  { index, requests }: LeftoverStores,
  { requestId, profileId }: Whose,
  { retained, named }: Found,
  profile: Profile | undefined,
): Promise<number> {
  const kept = retained > 0 ? profile?.retainedUnder : undefined;
  const digest = createHash('sha256');
  let entries = 0;
  for await (const page of namedPages(requests, requestId, profileId)) {
    for (const one of page) {
      addNamed(digest, one);
      const entry = await getItem(index, indexKey(profileId, one));
      const stays = one.kind === kept?.kind && one.hash === kept.hash && entry?.['status'] === 'retained';
      if (entry && !stays) entries += 1;
    }
  }
  if (digest.digest('base64url') !== named)
    throw new CountForged(`identifiers of profile ${profileId} in request ${requestId}`);
  return entries;
}

/** The ordinary key must be gone, and the retained one where nothing was kept. */
async function countKeys(keys: Table, profileId: string, { retained }: Found): Promise<number> {
  const scopes = ['ordinary' as const, ...(retained === 0 ? ['retained' as const] : [])];
  const rows = await Promise.all(scopes.map((scope) => readKey(keys, `P#${profileId}`, scope)));
  return rows.filter((row) => row?.state === 'live').length;
}

async function prefixesOf(directory: Table, requestId: string, profileId: string): Promise<Set<string>> {
  const prefixes = new Set([objectPrefix(requestId)]);
  for await (const page of coveringRequests(directory, profileId))
    for (const id of page) prefixes.add(objectPrefix(id));
  return prefixes;
}

async function countObjects(bucket: Bucket, prefixes: Iterable<string>): Promise<number> {
  let objects = 0;
  for (const prefix of prefixes) for await (const _ of listObjects(bucket, prefix)) objects += 1;
  return objects;
}

async function countUploads(bucket: Bucket, prefixes: Iterable<string>): Promise<number> {
  let uploads = 0;
  for (const prefix of prefixes) for await (const _ of listUploads(bucket, prefix)) uploads += 1;
  return uploads;
}
