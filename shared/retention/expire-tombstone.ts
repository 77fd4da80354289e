import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import {
  accountKey,
  newestKey,
  profileKey,
  readProfile,
  type Profile,
} from '#shared/profiles/profile-store.ts';

/** A user's mapping stays for so long as a keyed hash, so that old data of that user is refused when it arrives again. */
export const tombstoneDays = 400;

export const tombstoneUntil = (erasedAt: string): string =>
  new Date(Date.parse(erasedAt) + tombstoneDays * 86_400_000).toISOString();

/** What stands in the profile's row where its site, the keyed hash of its user and the time of its account were. */
const nobody = '-';

/**
 * Ends the tombstone of an erased profile: the user's mappings to it go, and so does what names the account in its own row:
 * site, keyed hash of the user, and the moment of registering, which singles an account out by itself. A mapping that leads
 * to a newer profile stays. Doing it again changes nothing.
 * @returns false where it is not due
 */
export async function expireTombstone(directory: Table, profileId: string, now: string): Promise<boolean> {
  const profile = await readProfile(directory, profileId);
  if (profile?.state !== 'erased' || profile.erasedAt === undefined) return false;
  if (tombstoneUntil(profile.erasedAt) > now) return false;
  if (profile.userHash === nobody) return true;
  for (const key of [accountKey(profile), newestKey(profile)])
    await orNewer(() => transact(directory.client, [deleteMapping(directory, key, profile)]));
  await transact(directory.client, [forgetUser(directory, profileId)]);
  return true;
}

const deleteMapping = (
  directory: Table,
  Key: { pk: string; sk: string },
  { profileId }: Profile,
): TransactionItem => ({
  Delete: {
    TableName: directory.name,
    Key,
    ConditionExpression: 'profileId = :profileId',
    ExpressionAttributeValues: { ':profileId': profileId },
  },
});

/** Last, since the mappings are found by what it clears. */
const forgetUser = (directory: Table, profileId: string): TransactionItem => ({
  Update: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'SET siteId = :nobody, userHash = :nobody, registeredAt = :nobody',
    ConditionExpression: '#state = :erased',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':nobody': nobody, ':erased': 'erased' },
  },
});

/** A mapping that is gone, or leads to a newer profile, is not this one's. */
async function orNewer(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
}
