import { readProfile } from '#shared/profiles/profile-store.ts';
import { readScan, type Scan } from '#shared/retention/counts.ts';
import { scanPlace, type ScanStores } from '#shared/retention/scan-places.ts';
import { commitChange, requireRequest, type RequestStores } from './request-store.ts';
import type { Task } from './tasks.ts';

type Run = { readonly requestId: string; readonly attempt: number; readonly now: string };
type Stores = RequestStores & ScanStores;

/**
 * Looks again at what is left of the profile of a task.
 * @throws ResidualFound, AttemptSuperseded
 */
export async function scanProfile(
  stores: Stores,
  { profileId, aim }: Task,
  { requestId, attempt, ...run }: Run & { mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean }> {
  await requireRequest(stores, requestId, attempt);
  const profile = await readProfile(stores.directory, profileId);
  const isOthers = profile?.erasedBy !== undefined && profile.erasedBy !== requestId;
  const scanAim = aim === 'withheld' ? aim : isOthers ? 'already-erased' : 'erase';
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
    const scan = await readScan(stores.requests, requestId, profileId);
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
