import { readProfile } from '#shared/profiles/profile-store.ts';
import { readFound, readScan, type Scan } from '#shared/retention/counts.ts';
import { scanPlace, type ScanStores } from '#shared/retention/scan-places.ts';
import { ProfileInErasure } from '#shared/retention/take-profile.ts';
import { commitChange, requireRequest, type RequestStores } from './request-store.ts';
import type { Task } from './tasks.ts';

type Run = { readonly requestId: string; readonly attempt: number; readonly now: string };
type Stores = RequestStores & ScanStores;

/**
 * Looks again at what is left of the profile of a task. One that was withheld at its turn is given back by then, or that has
 * to be done first.
 * @throws ResidualFound, AttemptSuperseded, CountForged, ProfileInErasure
 */
export async function scanProfile(
  stores: Stores,
  { profileId, aim }: Task,
  { requestId, attempt, ...run }: Run & { mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean }> {
  await requireRequest(stores, requestId, attempt);
  const profile = await readProfile(stores.directory, profileId);
  const isOthers = profile?.erasedBy !== undefined && profile.erasedBy !== requestId;
  const found = await readFound(stores.requests, stores.foundKey, { requestId, profileId });
  const isWithheld = aim === 'withheld' || found?.withheld !== undefined;
  if (found?.withheld && profile?.erasingBy === requestId)
    throw new ProfileInErasure(`profile ${profileId} is not given back`);
  const scanAim = isWithheld ? 'withheld' : isOthers ? 'already-erased' : 'erase';
  return scanPlace(stores, { ...run, requestId, attempt, profileId, aim: scanAim });
}

/** Says in the ledger that everything was looked at: the event that a receipt rests on. */
export async function recordScan(
  stores: Stores,
  tasks: readonly Task[],
  { requestId, attempt, now }: Run,
): Promise<void> {
  const counts = { retained: 0, residual: 0 };
  for (const { profileId } of tasks) {
    const scan = await readScan(stores.requests, stores.scanKey, { requestId, profileId });
    for (const { retained, residual } of Object.values<Scan['datasets'][string]>(scan?.datasets ?? {})) {
      counts.retained += retained;
      counts.residual += residual;
    }
  }
  await commitChange(stores, requestId, {
    event: { note: 'scanned' },
    at: now,
    actor: 'system',
    facts: { attempt, tasks: tasks.length, ...counts },
    attempt,
  });
}
