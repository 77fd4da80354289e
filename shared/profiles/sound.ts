/** Days after which what is not seen in use any more opens nothing alone, and a new identifier opens older data. */
export const soundness = { inUseDays: 400, newcomerDays: 14, formerDays: 90 } as const;
const day = 86_400_000;

/** One row of the index: an identifier as it stands in one profile. */
export type IndexEntry = {
  readonly profileId: string;
  readonly controllerId: string;
  /** Since when the site calls it verified, by our clock; absent where it does not. */
  readonly verifiedAt?: string | undefined;
  readonly linkedAt: string;
  readonly lastSeenAt: string;
  readonly status: 'current' | 'former' | 'retained';
  readonly formerAt?: string | undefined;
  /** When its profile was opened. */
  readonly openedAt: string;
};

/** A profile that a proven identifier opens; of a newly linked one only what was stored from `storedFrom` on. */
export type Opening = {
  readonly profileId: string;
  readonly controllerId: string;
  readonly storedFrom?: string;
};

/**
 * The profiles that an identifier opens alone (A3, A4): current, unique within its controller, seen in use in the 400 days
 * before now (a request kept for years opens nothing of a later owner's predecessor), linked and verified before the
 * request was received. One that was linked or verified later than its profile
 * was opened opens what was stored before that only after 14 days. A former holder counts for 90 days; one that never
 * verified it holds nothing, and so takes nothing from the one who did. An erased profile, of which something was retained,
 * is opened where nobody else of that controller holds the identifier, and takes nothing from who does.
 */
export function openingsOf(entries: readonly IndexEntry[], receivedAt: string, now: string): Opening[] {
  const received = Date.parse(receivedAt);
  const today = Date.parse(now);
  const perController = Map.groupBy(entries, (entry) => entry.controllerId);
  return [...perController.values()].flatMap((group) => {
    const holding = group.filter((one) => one.verifiedAt !== undefined && !isLongFormer(one, received));
    const living = holding.filter(({ status }) => status !== 'retained');
    const [entry, ...others] = living.length > 0 ? living : holding;
    return entry && others.length === 0 ? openingOf(entry, received, today) : [];
  });
}

function openingOf(entry: IndexEntry, received: number, today: number): Opening[] {
  const { profileId, controllerId, verifiedAt, linkedAt } = entry;
  if (verifiedAt === undefined || entry.status === 'former') return [];
  const soundFrom = linkedAt > verifiedAt ? linkedAt : verifiedAt;
  const since = Date.parse(soundFrom);
  const inUse = today - Date.parse(entry.lastSeenAt) <= soundness.inUseDays * day;
  if (!inUse || since > received) return [];
  const isNewcomer = since > Date.parse(entry.openedAt) && received - since < soundness.newcomerDays * day;
  return [isNewcomer ? { profileId, controllerId, storedFrom: soundFrom } : { profileId, controllerId }];
}

const isLongFormer = ({ status, formerAt }: IndexEntry, received: number): boolean =>
  status === 'former' &&
  formerAt !== undefined &&
  received - Date.parse(formerAt) > soundness.formerDays * day;
