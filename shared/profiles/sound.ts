/** Days after which what is not seen in use any more opens nothing alone, and a new identifier opens older data. */
export const soundness = { inUseDays: 400, newcomerDays: 14, formerDays: 90 } as const;
const day = 86_400_000;

/** One row of the index: an identifier as it stands in one profile. */
export type IndexEntry = {
  readonly profileId: string;
  readonly controllerId: string;
  readonly verified: boolean;
  readonly linkedAt: string;
  readonly lastSeenAt: string;
  readonly status: 'current' | 'former' | 'retained';
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
 * The profiles that an identifier opens alone (A3, A4): verified, current, unique within its controller, seen in use in
 * the last 400 days, linked before the request was received. One that replaced another opens what was stored before it
 * was linked only after 14 days.
 */
export function openingsOf(entries: readonly IndexEntry[], receivedAt: string): Opening[] {
  const received = Date.parse(receivedAt);
  const perController = Map.groupBy(entries, (entry) => entry.controllerId);
  return [...perController.values()].flatMap((group) => {
    const [entry] = group;
    if (!entry || group.length !== 1 || !entry.verified || entry.status !== 'current') return [];
    const linked = Date.parse(entry.linkedAt);
    const inUse = received - Date.parse(entry.lastSeenAt) <= soundness.inUseDays * day;
    if (!inUse || linked > received) return [];
    const { profileId, controllerId } = entry;
    const isNewcomer =
      linked > Date.parse(entry.openedAt) && received - linked < soundness.newcomerDays * day;
    return [
      isNewcomer ? { profileId, controllerId, storedFrom: entry.linkedAt } : { profileId, controllerId },
    ];
  });
}
