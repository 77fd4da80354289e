import type { LinkedIdentifier } from '#shared/profiles/identifier-changes.ts';

/** How long an erasure can be withdrawn, in seconds. */
export type CoolingOff = { readonly normal: number; readonly extended: number };

const day = 86_400_000;
/** A change of identifiers within so many days may be the work of whoever took the account over. */
const changeDays = 30;
/** What a site names in the first day of a profile is no change. */
const settlingDays = 1;

/**
 * Whether an erasure of a profile cools off for the extended time (A25): only one channel leads to its person, or its
 * identifiers were changed in the last 30 days, so that the notice may reach the thief alone. Pure.
 */
export function needsExtended(
  identifiers: readonly LinkedIdentifier[],
  /** Hashes of the addresses that a notice reaches. */
  reached: ReadonlySet<string>,
  { openedAt }: { readonly openedAt: string },
  now: string,
): boolean {
  const since = Date.parse(now) - changeDays * day;
  const settled = Date.parse(openedAt) + settlingDays * day;
  const channels = identifiers.filter(
    ({ hash, status, verifiedAt }) => reached.has(hash) && status === 'current' && verifiedAt !== undefined,
  );
  const changed = identifiers.some(
    ({ linkedAt, formerAt, lastVerifiedAt }) =>
      (Date.parse(linkedAt) > settled && Date.parse(linkedAt) >= since) ||
      // Replaced, or not verified any more.
      [formerAt, lastVerifiedAt].some((at) => at !== undefined && Date.parse(at) >= since),
  );
  return channels.length < 2 || changed;
}

/**
 * So many seconds later, to the whole second: a state machine waits to the second and would be back before its time.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
export const wholeSecond = (at: string, seconds: number): string =>
  new Date(Math.ceil(Date.parse(at) / 1_000 + seconds) * 1_000).toISOString();
