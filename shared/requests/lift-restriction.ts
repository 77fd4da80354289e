import type { Table } from '#shared/aws/table.ts';
import { letGo } from './announced-profiles.ts';
import { forgetAt } from './deadlines/due-date.ts';
import { workKeys, type RequestRecord } from './request-record.ts';
import { commitChange, requireAttempt, type RequestStores } from './request-store.ts';

/**
 * Lets go of the profiles that an erasure restricted before it was stopped. From here on the request waits for nothing but
 * the end of its own data.
 * @throws AttemptSuperseded
 */
export async function liftRestrictions(
  stores: RequestStores & { readonly directory: Table },
  request: RequestRecord,
  { attempt, now }: { attempt: number; now: string },
): Promise<void> {
  const { requestId, endedAt = now } = request;
  requireAttempt(request, attempt, 'withdrawn');
  const profiles = await letGo(stores, requestId);
  await commitChange(stores, requestId, {
    event: { note: 'restriction-lifted' },
    at: now,
    actor: 'system',
    facts: { profiles },
    ...{ attempt, during: 'withdrawn' },
    set: workKeys('forget', requestId, forgetAt(endedAt)),
    remove: ['restricts'],
  });
}
