import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { epochStands } from '#shared/profiles/profile-stands.ts';
import { putStaging, readBundles } from './bundles.ts';
import type { Effect } from './effects.ts';
import { askForMessage } from './messages-outbox.ts';
import type { RequestRecord } from './request-record.ts';
import { commitChange, requireRequest, type RequestStores } from './request-store.ts';
import { endTask, requirePlan, requireTasks, type Task } from './tasks.ts';

/** Thrown when a profile left the epoch that it was exported in: what was built must not be given out (race 6). */
export class ProfileChanged extends Error {
  override readonly name = 'ProfileChanged';
}

/** Two writes a task: well below the 100 of a transaction. */
const tasksPerTransaction = 40;

/**
 * Ends an export: each task under the condition that its profile still has the keys it was planned with, then the
 * request itself, with the message that tells the person.
 * @throws ProfileChanged, AttemptSuperseded, PlanForged
 */
export async function concludeExport(
  stores: RequestStores & { directory: Table; planKey: MacKey },
  request: RequestRecord,
  { attempt, now }: { attempt: number; now: string },
): Promise<{ request: RequestRecord; effects: Effect[] }> {
  const { requestId, state } = request;
  const { requests, planKey } = stores;
  // Ended before, it counts no open tasks any more.
  const tasks =
    state === 'in-progress' && request.attempt === attempt
      ? await requirePlan(requests, planKey, request)
      : await requireTasks(requests, planKey, requestId, attempt);
  for (let start = 0; start < tasks.length; start += tasksPerTransaction) {
    await endTasks(stores, requestId, tasks.slice(start, start + tasksPerTransaction));
  }
  const built = await readBundles(stores.requests, requestId);
  const bundles = built.filter((bundle) => bundle.attempt === attempt).length;
  const kind = bundles > 0 ? 'ready' : 'nothing-to-give';
  const messageId = `${kind}-${attempt}`;
  const concluded = await commitChange(stores, requestId, {
    event: 'tasks-ended',
    to: request.withheld?.length ? 'partly-fulfilled' : 'fulfilled',
    at: now,
    actor: 'system',
    facts: { tasks: tasks.length, bundles },
    attempt,
    set: { openTasks: 0, bundles, endedAt: now },
    items: [
      askForMessage(stores.requests, requestId, { messageId, kind, at: now }),
      // What was staged is of no more use: the next run of the expiry deletes it.
      ...(tasks.length > 0 ? [putStaging(stores.requests, requestId, now)] : []),
    ],
  });
  return { request: concluded, effects: [{ kind: 'send-message', requestId, messageId }] };
}

async function endTasks(
  { requests, directory }: { requests: Table; directory: Table },
  requestId: string,
  tasks: readonly Task[],
): Promise<void> {
  try {
    await transact(
      requests.client,
      tasks.flatMap((task) => [endTask(requests, requestId, task), epochStands(directory, task)]),
    );
  } catch (error) {
    if (error instanceof TransactionRefused)
      throw new ProfileChanged(`a profile of request ${requestId} has changed`);
    throw error;
  }
}

/** Puts a request whose work failed before a person; the error's name is all that is kept of the failure. */
export async function recordFailure(
  stores: RequestStores,
  requestId: string,
  { attempt, failed, now }: { attempt: number; failed: string; now: string },
): Promise<RequestRecord> {
  const { state } = await requireRequest(stores, requestId);
  return commitChange(stores, requestId, {
    event: 'step-failed',
    during: state === 'cooling-off' ? state : 'in-progress',
    at: now,
    actor: 'system',
    facts: { attempt, error: /^[\w.]{1,64}$/.test(failed) ? failed : 'unnamed' },
    attempt,
  });
}
