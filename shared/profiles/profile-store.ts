import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { identifierKinds } from './normalise.ts';

/** What one controller holds about one person: its `META` row in `directory`. Ids, enums, counters and times only. */
const profileRow = z.object({
  profileId: z.string(),
  siteId: z.string(),
  controllerId: z.string(),
  /** The account that it is of: its mapping is found by these. */
  userHash: z.string(),
  registeredAt: z.string(),
  state: z.enum(['open', 'erasing', 'erased']),
  /** Rises with each change of keys; a plan made for one epoch is void in the next. */
  epoch: z.number(),
  /** Rises with each hold that is placed or lifted. */
  holdEpoch: z.number(),
  openedAt: z.string(),
  /** Of a profile that was opened after an erasure of any account of its user id: what is not later than this was erased and does not come back (A7). */
  notBefore: z.string().optional(),
  /** The requests that restrict it (Art. 18): what it holds is stored and no more. */
  restrictedBy: z.set(z.string()).optional(),
  /** The request that took it, and after the end of its keys the one that erased it. */
  erasingBy: z.string().optional(),
  erasingAt: z.string().optional(),
  erasedBy: z.string().optional(),
  erasedAt: z.string().optional(),
  /** What had to be kept was put under the retained key, for the holds of that epoch; so many rows stay. */
  preserved: z.object({ holdEpoch: z.number(), retained: z.number() }).optional(),
  /** When the last row that had to go was deleted. */
  emptiedAt: z.string().optional(),
  /** The identifier by which what was retained is still found. */
  retainedUnder: z.object({ kind: z.enum(identifierKinds), hash: z.string() }).optional(),
});
export type Profile = z.output<typeof profileRow>;

/** A mapping of an account. `erasedAt`, where it stands, says that its profile was erased. */
export const mapRow = z.object({ profileId: z.string(), registeredAt: z.string() });

export const profileKey = (profileId: string, row: string): { pk: string; sk: string } => ({
  pk: `P#${profileId}`,
  sk: row,
});
export const userPartition = ({ siteId, userHash }: Omit<SiteUser, 'registeredAt'>): string =>
  `U#${siteId}#${userHash}`;
/** `MAP#registeredAt`: the account's own profile. It is replaced by nothing but a profile opened after an erasure. */
export const accountKey = (user: SiteUser): { pk: string; sk: string } => ({
  pk: userPartition(user),
  sk: `MAP#${user.registeredAt}`,
});
/** `MAP`: points to the newest account of a user id. */
export const newestKey = (user: Omit<SiteUser, 'registeredAt'>): { pk: string; sk: string } => ({
  pk: userPartition(user),
  sk: 'MAP',
});

/** A user of a site, as its profile is found: by keyed hash of the site's id, and the day the account was made. */
export type SiteUser = { readonly siteId: string; readonly userHash: string; readonly registeredAt: string };

export async function readProfile(directory: Table, profileId: string): Promise<Profile | undefined> {
  const item = await getItem(directory, profileKey(profileId, 'META'));
  return item === undefined ? undefined : profileRow.parse(item);
}

/**
 * The profile of a site's user. The same user id with another `registeredAt` is another account with a profile of its own
 * (A11), also when an earlier one comes back; where `registeredAt` is left out (queries by id alone), the newest is meant.
 */
export async function findProfileOf(
  directory: Table,
  { siteId, userHash, registeredAt }: Omit<SiteUser, 'registeredAt'> & { registeredAt?: string | undefined },
): Promise<Profile | undefined> {
  const user = { siteId, userHash };
  const key = registeredAt === undefined ? newestKey(user) : accountKey({ ...user, registeredAt });
  const item = await getItem(directory, key);
  if (!item) return undefined;
  const profile = await readProfile(directory, mapRow.parse(item).profileId);
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
