import { partition, queryPages, type Table } from '#shared/aws/table.ts';
import { mapRow, readProfile, userPartition, type Profile, type SiteUser } from './profile-store.ts';

type User = Pick<SiteUser, 'siteId' | 'userHash'>;

/**
 * A user id has an account or two. A site that states another `registeredAt` in each call has made more of them than any
 * person has, and must not make its own calls dear: the newest so many are looked at.
 */
const mostAccounts = 50;

/**
 * The profiles of a user id, whichever account they are of. The pointer to the newest is not enough: the account that was
 * erased is often an older one.
 */
export async function readAccounts(directory: Table, user: User): Promise<Profile[]> {
  const profiles: Profile[] = [];
  const mappings = { ...partition(userPartition(user), 'MAP#'), ScanIndexForward: false };
  for await (const { items } of queryPages(directory, mappings)) {
    for (const item of items) {
      const profile = await readProfile(directory, mapRow.parse(item).profileId);
      // A mapping is believed for its own site only.
      if (profile?.siteId === user.siteId) profiles.push(profile);
      if (profiles.length >= mostAccounts) return profiles;
    }
  }
  return profiles;
}

/**
 * When the last of these accounts was erased, or taken for an erasure that is still at work; also what an account remembers
 * of the one before it. Nothing from before then may come back under an account of the user id that opens later (A7). Pure.
 */
export function lastEndOf(accounts: readonly Profile[]): string | undefined {
  const ends = accounts.flatMap(({ state, erasedAt, erasingAt, notBefore }) => [
    ...(state === 'erased' ? [erasedAt] : []),
    ...(state === 'erasing' ? [erasingAt] : []),
    notBefore,
  ]);
  return ends.filter((end) => end !== undefined).reduce((a, b) => (a > b ? a : b), '') || undefined;
}
