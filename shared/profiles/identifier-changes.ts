import type { IdentifierKind } from './normalise.ts';

/** An identifier row of a profile, without its ciphertext. */
export type LinkedIdentifier = {
  readonly kind: IdentifierKind;
  readonly hash: string;
  /** Since when it is verified without a break; absent where it is not. Server time. */
  readonly verifiedAt?: string | undefined;
  /**
   * When it was verified for the last time; only where it is not any more. It opens nothing: whoever took an account over
   * could otherwise take the verification away, and with it the notice of an erasure (A25). Server time.
   */
  readonly lastVerifiedAt?: string | undefined;
  readonly linkedAt: string;
  readonly lastSeenAt: string;
  readonly status: 'current' | 'former';
  readonly formerAt?: string | undefined;
  /**
   * Once it was the first verified one of its kind, or had stood for a day before it was replaced and came back. It never
   * goes: whoever took an account over could otherwise bring an address back for a moment, to make it look new (A25).
   */
  readonly settled?: true | undefined;
};
/** What a signed call says of an identifier. */
export type NamedIdentifier = {
  readonly kind: IdentifierKind;
  readonly hash: string;
  readonly verified: boolean;
};

export type IdentifierChange =
  | { readonly action: 'link'; readonly row: LinkedIdentifier }
  | { readonly action: 'update'; readonly row: LinkedIdentifier };

const day = 86_400_000;

/**
 * Whether an address is known to be more than a passing entry: the first of its kind, or one that stood for a day. How long
 * it was linked counts, not how long ago: a burst of new ones settles none of them. Pure.
 */
export const isSettled = ({ settled, linkedAt, formerAt }: LinkedIdentifier): boolean =>
  settled === true || (formerAt !== undefined && Date.parse(formerAt) - Date.parse(linkedAt) >= day);

/**
 * What a call changes in a profile's identifiers: a new one is linked and the one it replaces becomes `former`; a known
 * one is touched where its verification changed, or once a day while it is named as verified: that is what "in use"
 * means. Server time only.
 */
export function identifierChanges(
  linked: readonly LinkedIdentifier[],
  named: readonly NamedIdentifier[],
  now: string,
): IdentifierChange[] {
  return named.flatMap((name) => {
    const known = linked.find((row) => row.kind === name.kind && row.hash === name.hash);
    const retired = linked.filter(
      (row) => row.kind === name.kind && row.hash !== name.hash && row.status === 'current',
    );
    const retire = retired.map((row) => ({
      action: 'update' as const,
      row: { ...row, status: 'former' as const, formerAt: now },
    }));
    const first = name.verified && !linked.some((row) => row.kind === name.kind && wasEverVerified(row));
    return [...retire, ...changeOf(known, name, now).map((change) => (first ? settle(change) : change))];
  });
}

const wasEverVerified = ({ verifiedAt, lastVerifiedAt }: LinkedIdentifier): boolean =>
  (verifiedAt ?? lastVerifiedAt) !== undefined;
const settle = ({ action, row }: IdentifierChange): IdentifierChange => ({
  action,
  row: { ...row, settled: true },
});

function changeOf(
  known: LinkedIdentifier | undefined,
  name: NamedIdentifier,
  now: string,
): IdentifierChange[] {
  const { kind, hash, verified } = name;
  const verifiedAt = verified ? now : undefined;
  if (!known)
    return [
      { action: 'link', row: { kind, hash, verifiedAt, linkedAt: now, lastSeenAt: now, status: 'current' } },
    ];
  // One that comes back after it was replaced counts as newly linked (A4).
  if (known.status === 'former') {
    const back = {
      ...known,
      verifiedAt,
      ...lastVerified(known, verified, known.formerAt ?? now),
      ...(isSettled(known) ? { settled: true as const } : {}),
      linkedAt: now,
      lastSeenAt: now,
      status: 'current' as const,
      formerAt: undefined,
    };
    return [{ action: 'update', row: back }];
  }
  const stale = Date.parse(now) - Date.parse(known.lastSeenAt) >= day;
  const wasVerified = known.verifiedAt !== undefined;
  if (wasVerified === verified && !(verified && stale)) return [];
  const row = {
    ...known,
    verifiedAt: wasVerified && verified ? known.verifiedAt : verifiedAt,
    ...lastVerified(known, verified, now),
  };
  return [{ action: 'update', row: { ...row, lastSeenAt: verified ? now : known.lastSeenAt } }];
}

/** What a row keeps of a verification that ended at `endedAt`, or long before. */
function lastVerified(
  { verifiedAt, lastVerifiedAt }: LinkedIdentifier,
  verified: boolean,
  endedAt: string,
): Pick<LinkedIdentifier, 'lastVerifiedAt'> {
  if (verified) return lastVerifiedAt === undefined ? {} : { lastVerifiedAt: undefined };
  return verifiedAt === undefined ? {} : { lastVerifiedAt: endedAt };
}
