import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { mintKeyParams } from '#shared/keys/key-store.ts';

/** What one controller holds about one person: its `META` row in `directory`. */
const profileRow = z.object({
  profileId: z.string(),
  siteId: z.string(),
  controllerId: z.string(),
  state: z.enum(['open', 'erasing', 'erased']),
  /** Rises with each change of keys; a plan made for one epoch is void in the next. */
  epoch: z.number(),
  holdEpoch: z.number(),
  openedAt: z.string(),
});
export type Profile = z.output<typeof profileRow>;

const mapRow = z.object({ profileId: z.string(), registeredAt: z.string() });

export const profileKey = (profileId: string, row: string): { pk: string; sk: string } => ({
  pk: `P#${profileId}`,
  sk: row,
});
const mapKey = (siteId: string, userHash: string): { pk: string; sk: string } => ({
  pk: `U#${siteId}#${userHash}`,
  sk: 'MAP',
});

/** A user of a site, as its profile is found: by keyed hash of the site's id, and the day the account was made. */
export type SiteUser = { readonly siteId: string; readonly userHash: string; readonly registeredAt: string };

export async function readProfile(directory: Table, profileId: string): Promise<Profile | undefined> {
  const item = await getItem(directory, profileKey(profileId, 'META'));
  return item === undefined ? undefined : profileRow.parse(item);
}

/**
 * The profile of a site's user. The same user id with another `registeredAt` is another account (A11), and finds
 * nothing; where `registeredAt` is left out (queries by id alone), the newest account is meant.
 */
export async function findProfileOf(
  directory: Table,
  { siteId, userHash, registeredAt }: Omit<SiteUser, 'registeredAt'> & { registeredAt?: string | undefined },
): Promise<Profile | undefined> {
  const item = await getItem(directory, mapKey(siteId, userHash));
  if (!item) return undefined;
  const map = mapRow.parse(item);
  if (registeredAt !== undefined && map.registeredAt !== registeredAt) return undefined;
  const profile = await readProfile(directory, map.profileId);
  // A mapping is believed for its own site only.
  return profile?.siteId === siteId ? profile : undefined;
}

/** Condition of every write into a profile: it is open, in the epoch that was read. */
export function profileIsOpen(
  directory: Table,
  { profileId, epoch }: Pick<Profile, 'profileId' | 'epoch'>,
): TransactionItem {
  return {
    ConditionCheck: {
      TableName: directory.name,
      Key: profileKey(profileId, 'META'),
      ConditionExpression: '#state = :open AND epoch = :epoch',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':open': 'open', ':epoch': epoch },
    },
  };
}

/**
 * Opens a profile with both its keys and the user's mapping in one transaction; of two calls at once the loser reads
 * the winner's (race 1). An earlier account's mapping is replaced, its profile stays.
 * @returns the id of the profile that is now mapped
 */
export async function openProfile(
  { directory, keys }: { directory: Table; keys: Table },
  user: SiteUser & { controllerId: string },
  fresh: { profileId: string; at: string; ordinary: Uint8Array; retained: Uint8Array },
): Promise<string> {
  const { siteId, userHash, registeredAt, controllerId } = user;
  const { profileId, at } = fresh;
  const profile: Profile = {
    profileId,
    siteId,
    controllerId,
    state: 'open',
    epoch: 1,
    holdEpoch: 0,
    openedAt: at,
  };
  try {
    await transact(directory.client, [
      {
        Put: {
          TableName: directory.name,
          Item: { ...mapKey(siteId, userHash), profileId, registeredAt },
          ConditionExpression: 'attribute_not_exists(pk) OR registeredAt <> :registeredAt',
          ExpressionAttributeValues: { ':registeredAt': registeredAt },
        },
      },
      {
        Put: {
          TableName: directory.name,
          Item: { ...profileKey(profileId, 'META'), ...profile },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: mintKeyParams(keys, `P#${profileId}`, 'ordinary', fresh.ordinary) },
      { Put: mintKeyParams(keys, `P#${profileId}`, 'retained', fresh.retained) },
    ]);
    return profileId;
  } catch (error) {
    const standing = error instanceof TransactionRefused ? await findProfileOf(directory, user) : undefined;
    if (!standing) throw error;
    return standing.profileId;
  }
}
