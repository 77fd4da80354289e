import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deleteItems } from '#shared/aws/delete-items.ts';
import { inFlight } from '#shared/aws/in-flight.ts';
import type { Table } from '#shared/aws/table.ts';
import { indexKey } from '#shared/profiles/identifier-store.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { markPages, type RecordMark } from '#shared/vault/record-marks.ts';
import { KeysNotDestroyed } from './erase-rows.ts';
import { holdOf, readHolds } from './holds.ts';
import { isKept } from './keeping.ts';

type ReleaseStores = { readonly records: Table; readonly directory: Table; readonly index: Table };
const batchesAtOnce = 16;

/**
 * Deletes what an erasure left for a hold alone, once no hold that is in force covers it. Where nothing stays then, the
 * entry by which it was found goes too. Doing it again deletes nothing more.
 * @returns `done`: whether all was looked at, or another run is to go on; `isEmpty`: nothing lies under the retained key any
 * more, and nothing will, so that it is to go as well
 * @throws KeysNotDestroyed for a profile that is not erased
 */
export async function releaseHeld(
  stores: ReleaseStores,
  { profileId, mayGoOn, pageSize }: { profileId: string; mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean; isEmpty: boolean }> {
  const { records, directory } = stores;
  const profile = await readProfile(directory, profileId);
  if (profile?.state !== 'erased') throw new KeysNotDestroyed(`the keys of profile ${profileId} live`);
  // No hold is placed on an erased profile any more: what is covered by none now stays so.
  const holds = await readHolds(directory, profileId);
  const isReleased = ({ dataset, heldBy }: RecordMark): boolean =>
    heldBy !== undefined && holdOf(dataset, holds) === undefined;
  const deletes = inFlight(batchesAtOnce);
  let staying = 0;
  let stopped = false;
  for await (const { marks, more } of markPages(records, profileId, { pageSize })) {
    const going = marks.filter(isReleased);
    staying += marks.filter((mark) => isKept(mark) && !isReleased(mark)).length;
    const keys = going.map(({ sk }) => ({ pk: `P#${profileId}`, sk }));
    await deleteItems(records, keys, deletes);
    // A run that deletes nothing looks at everything: what stays is met again by each.
    stopped = more && going.length > 0 && !mayGoOn();
    if (stopped) break;
  }
  await deletes.end();
  const isEmpty = !stopped && staying === 0;
  if (isEmpty) await forgetEntry(stores, profile);
  return { done: !stopped, isEmpty };
}

async function forgetEntry({ directory, index }: ReleaseStores, profile: Profile): Promise<void> {
  const { profileId, retainedUnder } = profile;
  if (!retainedUnder) return;
  const deletes = inFlight(1);
  await deleteItems(index, [indexKey(profileId, retainedUnder)], deletes);
  await deletes.end();
  const forget = new UpdateCommand({
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'REMOVE retainedUnder',
    ConditionExpression: 'attribute_exists(pk)',
  });
  await directory.client.send(forget);
}
