import { deleteObjects, type Bucket } from '#shared/aws/object-prefix.ts';
import { inFlight } from '#shared/aws/in-flight.ts';
import type { Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { CountForged } from './count-store.ts';
import { readFound } from './counts.ts';
import { coveringRequests, objectPrefix } from './covering-requests.ts';
import { closeProfile, eraseConsents, eraseIdentifiers } from './erase-directory.ts';
import { eraseRecords, type ErasingRun } from './erase-records.ts';
import { whoseIs } from './take-profile.ts';

export type EraseStores = {
  readonly records: Table;
  readonly directory: Table;
  readonly index: Table;
  readonly requests: Table;
  readonly staging: Bucket;
  readonly bundles: Bucket;
  readonly foundKey: MacKey;
  readonly erasedKey: MacKey;
};

/** Thrown when rows are to be deleted of a profile whose keys live: what was deleted could not be undone. */
export class KeysNotDestroyed extends Error {
  override readonly name = 'KeysNotDestroyed';
}

/** Requests whose objects are looked for at once. */
const requestsAtOnce = 4;

/**
 * Deletes what an erased profile leaves in every store, once this request has destroyed its keys: records that do not stay,
 * identifiers and where they stand in the index, consents, and the bundles and staged pages of every request that covered
 * it, uploads that were cut off included. What names nobody stays: the profile's row, its holds, the ids of its requests. Doing it again deletes what is there
 * again. What another request has erased, and what this one withheld at its turn, is left alone.
 * @returns whether all is gone; false where another run is to go on
 * @throws KeysNotDestroyed, ProfileInErasure, CountForged
 */
export async function eraseRows(stores: EraseStores, run: ErasingRun): Promise<{ done: boolean }> {
  const { profileId, requestId, now } = run;
  const found = await readFound(stores.requests, stores.foundKey, { requestId, profileId });
  if (found?.withheld) return { done: true };
  const taken = await whoseIs(stores.directory, profileId, requestId);
  if (taken.state === 'erased') return { done: true };
  const profile = await readProfile(stores.directory, profileId);
  if (profile?.state !== 'erased') throw new KeysNotDestroyed(`the keys of profile ${profileId} live`);
  if (!found?.done) throw new CountForged(`profile ${profileId} in request ${requestId} was not counted`);
  if (!(await eraseRecords(stores, run))) return { done: false };
  await eraseIdentifiers(stores, profile, found);
  await eraseConsents(stores, profileId);
  await eraseObjects(stores, profileId);
  await closeProfile(stores, profile, now);
  return { done: true };
}

async function eraseObjects({ directory, staging, bundles }: EraseStores, profileId: string): Promise<void> {
  for await (const requestIds of coveringRequests(directory, profileId)) {
    const deletes = inFlight(requestsAtOnce);
    for (const prefix of requestIds.map(objectPrefix)) {
      await deletes.start(() => deleteObjects(staging, prefix));
      await deletes.start(() => deleteObjects(bundles, prefix));
    }
    await deletes.end();
  }
}
