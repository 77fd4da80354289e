import { isSettled, type LinkedIdentifier } from '#shared/profiles/identifier-changes.ts';
import { soundness } from '#shared/profiles/sound.ts';

const day = 86_400_000;
/** Of former addresses that stood for less than a day, so many are told. */
const mostPassing = 10;

/**
 * The addresses of a profile that are told of an erasure: every current one; every former one that was the first of its kind
 * or stood for a day; and of those that stood for less the newest ten. Whoever took an account over can change its address
 * as often as he likes: what he links for minutes competes with its like, and one that stood before him is always told
 * (A25). How many there can be grows by one a day at most, so nobody has a list of mailboxes written to in an hour (A21).
 * Pure.
 */
export function toldOf<Row extends LinkedIdentifier>(rows: readonly Row[], now: string): Row[] {
  const told = rows.filter((row) => isTold(row, now));
  const isPassing = (row: Row): boolean => row.status === 'former' && !isSettled(row);
  const passing = told
    .filter(isPassing)
    .toSorted((a, b) => ((a.formerAt ?? '') > (b.formerAt ?? '') ? -1 : 1));
  return [...told.filter((row) => !isPassing(row)), ...passing.slice(0, mostPassing)];
}

/**
 * An address that was verified: it is the person's now, or was until 90 days ago (A4), also where a site's call has taken
 * its verification away since. An unverified one may be anybody's.
 */
export function isTold(
  { kind, status, verifiedAt, lastVerifiedAt, formerAt }: LinkedIdentifier,
  now: string,
): boolean {
  const isLately = (at: string | undefined): boolean =>
    at !== undefined && Date.parse(now) - Date.parse(at) <= soundness.formerDays * day;
  if (kind === 'username') return false;
  return (
    isLately(lastVerifiedAt) || (verifiedAt !== undefined && (status === 'current' || isLately(formerAt)))
  );
}
