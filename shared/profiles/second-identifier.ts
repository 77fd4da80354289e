import { openingsOf, type IndexEntry } from './sound.ts';

/**
 * The profiles in which an identifier counts as the second of a person's (level 2). The rules are those of what opens
 * alone (A3): current, verified, unique within its controller, in use, linked before the request was received. One that
 * was linked within the last 14 days counts for none: whoever took an account over would link his own (A4, A25).
 */
export const secondHoldings = (
  entries: readonly IndexEntry[],
  receivedAt: string,
  now: string,
): ReadonlySet<string> => {
  const living = entries.filter(({ status }) => status !== 'retained');
  return new Set(
    openingsOf(living, receivedAt, now).flatMap(({ profileId, storedFrom }) =>
      storedFrom === undefined ? [profileId] : [],
    ),
  );
};

/** Whether there is a profile that the first identifier opens and in which the second counts. */
export function isSecondOf(
  first: readonly IndexEntry[],
  second: readonly IndexEntry[],
  receivedAt: string,
  now: string,
): boolean {
  const holdings = secondHoldings(second, receivedAt, now);
  return openingsOf(first, receivedAt, now).some(({ profileId }) => holdings.has(profileId));
}
