import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { profileStands } from '#shared/profiles/profile-stands.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import type { Opening } from '#shared/profiles/sound.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { bundleRules, putStaging } from './bundles.ts';
import { copyContact } from './copy-contact.ts';
import type { Effect } from './effects.ts';
import { findOpenings } from './find-openings.ts';
import { askForMessage } from './messages-outbox.ts';
import { putPlanSize } from './plan-size.ts';
import type { RequestRecord } from './request-record.ts';
import { commitChange, readRequest, requireAttempt, type RequestStores } from './request-store.ts';
import { isOpen } from './states.ts';
import { makeTask, putTask } from './tasks.ts';

export type PlanStores = RequestStores & {
  readonly directory: Table;
  readonly index: Table;
  readonly vault: VaultKeys;
  readonly planKey: MacKey;
};

/**
 * Plans an export: one task per profile that the proof opens and the scope holds, with the epoch it was found in. Rows,
 * not a list, so that a plan has no size. Planning again in the same attempt changes nothing.
 * @returns the number of tasks, and the message that confirms the receipt
 * @throws AttemptSuperseded
 */
export async function planExport(
  stores: PlanStores,
  request: RequestRecord,
  { attempt, dataMapVersion, now }: { attempt: number; dataMapVersion: string; now: string },
): Promise<{ tasks: number; effects: Effect[] }> {
  const { requestId } = request;
  requireAttempt(request, attempt);
  const openings = await findOpenings(stores, request, now);
  let tasks = 0;
  for (const opening of openings) tasks += await planTask(stores, request, opening, attempt, now);
  const withheld = withheldBy(openings, openings.length - tasks);
  await copyContact(stores, request);
  const messageId = `receipt-confirmation-${attempt}`;
  const stagingUntil = new Date(Date.parse(now) + bundleRules.stagingHours * 3_600_000).toISOString();
  const planned = await commitChange(stores, requestId, {
    event: { note: 'planned' },
    at: now,
    actor: 'system',
    facts: { tasks, dataMapVersion, withheld },
    attempt,
    set: { openTasks: tasks, plannedAt: now, withheld },
    items: [
      await putPlanSize(stores.requests, stores.planKey, requestId, { attempt, tasks }),
      askForMessage(stores.requests, requestId, { messageId, kind: 'receipt-confirmation', at: now }),
      ...(tasks > 0 ? [putStaging(stores.requests, requestId, stagingUntil)] : []),
    ],
  });
  return { tasks: planned.openTasks, effects: [{ kind: 'send-message', requestId, messageId }] };
}

/** Why some of what is on record is not given out; then the request ends partly fulfilled, and says so (G09). */
function withheldBy(openings: readonly Opening[], skipped: number): NonNullable<RequestRecord['withheld']> {
  const isNewcomer = openings.some(({ storedFrom }) => storedFrom !== undefined);
  return [
    ...(isNewcomer ? ['identifier-linked-recently' as const] : []),
    ...(skipped > 0 ? ['in-erasure' as const] : []),
  ];
}

/**
 * Also once its keys are gone, until its erasure has ended: that still deletes, and then looks for, whatever was exported of
 * the profile.
 */
async function isInErasure(stores: PlanStores, { state, erasedBy }: Profile): Promise<boolean> {
  if (state !== 'erased' || erasedBy === undefined) return state === 'erasing';
  const erasure = await readRequest(stores, erasedBy);
  return erasure !== undefined && isOpen(erasure.state);
}

/**
 * 1 where the task was planned, 0 where the profile is being erased. Of one that was erased before, what its controller
 * had to keep is given out.
 */
async function planTask(
  stores: PlanStores,
  { requestId, right }: RequestRecord,
  opening: Opening,
  attempt: number,
  now: string,
): Promise<0 | 1> {
  const { requests, directory, planKey } = stores;
  const { profileId } = opening;
  const profile = await readProfile(directory, profileId);
  if (!profile || (await isInErasure(stores, profile))) return 0;
  const { epoch, erasedAt } = profile;
  const planned = {
    ...opening,
    aim: 'export',
    epoch,
    ...(erasedAt === undefined ? {} : { erasedAt }),
  } as const;
  const task = await makeTask(planKey, requestId, attempt, planned);
  try {
    await transact(requests.client, [
      putTask(requests, requestId, task),
      profileStands(directory, profile),
      // An erasure of this profile must find the bundles and staging of every request that covers it (A8).
      {
        Put: {
          TableName: directory.name,
          Item: { ...profileKey(profileId, `REQ#${requestId}`), requestId, right, at: now },
        },
      },
    ]);
    return 1;
  } catch (error) {
    if (error instanceof TransactionRefused) return 0;
    throw error;
  }
}
