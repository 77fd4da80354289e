import type { Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { destroyKey } from '#shared/keys/key-store.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { isCounted, type Found } from './counts.ts';
import { whoseIs, type Taken } from './take-profile.ts';

/**
 * Thrown when a hold came or went since data was preserved, or what the profile says was preserved is not what was counted:
 * that has to be done again before a key goes (race 5).
 */
export class HoldChanged extends Error {
  override readonly name = 'HoldChanged';
}

/**
 * The writes that end a profile, all or none, for the transaction that puts the fact into the ledger: the ordinary key, and
 * the retained one where nothing stays, become tombstones; the profile is erased, in a new epoch. Refused unless the
 * profile is taken by this request and its holds are those that data was counted and preserved for.
 * @param found the count, as its counter wrote it
 * @throws HoldChanged
 */
export function destroyKeysItems(
  { directory, keys }: { directory: Table; keys: Table },
  { profileId, holdEpoch, preserved }: Profile,
  found: Found | undefined,
  { requestId, now }: { requestId: string; now: string },
): TransactionItem[] {
  if (preserved?.holdEpoch !== holdEpoch || !isCounted(found, preserved))
    throw new HoldChanged(`holds of profile ${profileId} have changed`);
  const owner = `P#${profileId}` as const;
  const destroyed = { at: now, by: requestId };
  return [
    {
      Update: {
        TableName: directory.name,
        Key: profileKey(profileId, 'META'),
        UpdateExpression:
          'SET #state = :erased, epoch = epoch + :one, erasedAt = :now, erasedBy = :me REMOVE erasingBy, erasingAt, restrictedBy',
        ConditionExpression: '#state = :erasing AND erasingBy = :me AND holdEpoch = :holdEpoch',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ...{ ':erased': 'erased', ':erasing': 'erasing', ':one': 1 },
          ...{ ':now': now, ':me': requestId, ':holdEpoch': holdEpoch },
        },
      },
    },
    destroyKey(keys, owner, 'ordinary', destroyed),
    ...(found.retained === 0 ? [destroyKey(keys, owner, 'retained', destroyed)] : []),
  ];
}

/**
 * What it means that the destruction was refused: nothing where this request has done it already and its answer was lost;
 * the work of another request; or holds that have changed.
 * @throws HoldChanged, ProfileInErasure
 */
export async function outcomeAfterRefusal(
  { directory }: { directory: Table },
  { profileId, requestId }: { profileId: string; requestId: string },
): Promise<Taken> {
  const taken = await whoseIs(directory, profileId, requestId);
  const profile = await readProfile(directory, profileId);
  if (taken.state === 'mine' && profile?.state === 'erasing')
    throw new HoldChanged(`holds of profile ${profileId} have changed`);
  return taken;
}
