import { getItem, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { mintKeyParams } from '#shared/keys/key-store.ts';
import { lastEndOf, readAccounts } from './accounts.ts';
import {
  accountKey,
  findProfileOf,
  mapRow,
  newestKey,
  profileKey,
  readProfile,
  type Profile,
  type SiteUser,
} from './profile-store.ts';
import { profileStands } from './profile-stands.ts';

/** Thrown when a profile is to be replaced that no erasure has ended. */
export class ProfileNotErased extends Error {
  override readonly name = 'ProfileNotErased';
}

const tries = 4;
/** From this position on stand the items of the transaction that other accounts may refuse. */
const othersFrom = 4;

/**
 * Opens a profile with both its keys and the account's mapping in one transaction; of two calls at once the loser reads
 * the winner's (race 1). A mapping that stands is replaced for `replaces` alone, which must be its profile and erased. What
 * was erased with any account of the user id does not come back: the new profile takes nothing from before (A7, race 3); an
 * erasure that begins meanwhile has the accounts read again.
 * @returns the id of the profile that is now mapped
 * @throws ProfileNotErased
 */
export async function openProfile(
  { directory, keys }: { directory: Table; keys: Table },
  { replaces, ...user }: SiteUser & { controllerId: string; replaces?: string | undefined },
  fresh: { profileId: string; at: string; ordinary: Uint8Array; retained: Uint8Array },
): Promise<string> {
  const { profileId, at: openedAt } = fresh;
  if (replaces !== undefined) await requireErased(directory, replaces);
  for (let attempt = 1; ; attempt += 1) {
    const accounts = await readAccounts(directory, user);
    const notBefore = lastEndOf(accounts);
    const meta: Profile = { ...user, profileId, state: 'open', epoch: 1, holdEpoch: 0, openedAt, notBefore };
    try {
      await transact(directory.client, [
        putAccount(directory, user, profileId, replaces),
        putNew(directory, { ...profileKey(profileId, 'META'), ...meta }),
        { Put: mintKeyParams(keys, `P#${profileId}`, 'ordinary', fresh.ordinary) },
        { Put: mintKeyParams(keys, `P#${profileId}`, 'retained', fresh.retained) },
        ...(await putNewest(directory, user, profileId)),
        ...accounts.filter(({ state }) => state !== 'erased').map((one) => profileStands(directory, one)),
      ]);
      return profileId;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      const standing = await findProfileOf(directory, user);
      if (standing && standing.profileId !== replaces) return standing.profileId;
      if (attempt >= tries || error.failed.some((position) => position < othersFrom)) throw error;
    }
  }
}

async function requireErased(directory: Table, profileId: string): Promise<void> {
  const profile = await readProfile(directory, profileId);
  if (profile?.state !== 'erased') throw new ProfileNotErased(`profile ${profileId} is not erased`);
}

const putNew = (directory: Table, Item: Record<string, unknown>) => ({
  Put: { TableName: directory.name, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

function putAccount(directory: Table, user: SiteUser, profileId: string, replaces: string | undefined) {
  const Item = { ...accountKey(user), profileId, registeredAt: user.registeredAt };
  if (replaces === undefined) return putNew(directory, Item);
  return {
    Put: {
      TableName: directory.name,
      Item,
      ConditionExpression: 'profileId = :replaces',
      ExpressionAttributeValues: { ':replaces': replaces },
    },
  };
}

/** Points queries by id alone to this account, unless one that was registered later is known. */
async function putNewest(directory: Table, user: SiteUser, profileId: string) {
  const { registeredAt } = user;
  const item = await getItem(directory, newestKey(user));
  if (item && mapRow.parse(item).registeredAt > registeredAt) return [];
  return [
    {
      Put: {
        TableName: directory.name,
        Item: { ...newestKey(user), profileId, registeredAt },
        ConditionExpression: 'attribute_not_exists(pk) OR registeredAt <= :registeredAt',
        ExpressionAttributeValues: { ':registeredAt': registeredAt },
      },
    },
  ];
}
