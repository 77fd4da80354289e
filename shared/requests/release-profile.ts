import type { Table } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import { destroyKey, readKey } from '#shared/keys/key-store.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { KeysNotDestroyed } from '#shared/retention/erase-rows.ts';
import { releaseHeld } from '#shared/retention/release-held.ts';
import { commitChange, requireRequest, type RequestStores } from './request-store.ts';

type ReleaseStores = RequestStores & {
  readonly records: Table;
  readonly directory: Table;
  readonly index: Table;
  readonly keys: Table;
};

/** Thrown while the erasure that left something for a hold has not ended: what it found and left is still to be summed up. */
export class ErasureAtWork extends Error {
  override readonly name = 'ErasureAtWork';
}

/**
 * Ends what an erasure left for a hold, once that hold is lifted (G16). Where nothing stays, the retained key is destroyed
 * too, with an event of the request that erased the profile: as the erasure itself would have done without the hold.
 * Not before that request has ended: what went between its counts and its second look would leave it without a receipt (A6).
 * Doing it again changes nothing.
 * @returns whether all was looked at; false where another run is to go on
 * @throws KeysNotDestroyed for a profile that is not erased; ErasureAtWork
 */
export async function releaseProfile(
  stores: ReleaseStores,
  run: { profileId: string; now: string; mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean }> {
  const requestId = (await readProfile(stores.directory, run.profileId))?.erasedBy;
  if (requestId === undefined) throw new KeysNotDestroyed(`no request has erased profile ${run.profileId}`);
  const { endedAt } = await requireRequest(stores, requestId);
  if (endedAt === undefined) throw new ErasureAtWork(`request ${requestId} has not ended`);
  const { done, isEmpty } = await releaseHeld(stores, run);
  if (isEmpty) await destroyRetainedKey(stores, run, requestId);
  return { done };
}

async function destroyRetainedKey(
  stores: ReleaseStores,
  { profileId, now }: { profileId: string; now: string },
  requestId: string,
): Promise<void> {
  const owner = `P#${profileId}` as const;
  const isDestroyed = async (): Promise<boolean> =>
    (await readKey(stores.keys, owner, 'retained'))?.state !== 'live';
  if (await isDestroyed()) return;
  try {
    await commitChange(stores, requestId, {
      event: { note: 'retained-key-destroyed' },
      at: now,
      actor: 'system',
      detail: profileId,
      facts: { profileId },
      items: [destroyKey(stores.keys, owner, 'retained', { at: now, by: requestId })],
    });
  } catch (error) {
    // Another run was faster.
    if (error instanceof TransactionRefused && (await isDestroyed())) return;
    throw error;
  }
}
