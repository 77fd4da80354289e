import { commitChange, requireRequest, type RequestStores } from './request-store.ts';
import { startExecution, type Machines } from './start-execution.ts';
import { workOf } from './states.ts';

/**
 * Starts the next attempt of a request in needs-attention (race 8). Should the start itself fail, the reconciler finds
 * the attempt without an execution and starts it.
 * @returns the number of the attempt
 * @throws RequestUnknown, TransitionRefused
 */
export async function redriveRequest(
  stores: RequestStores,
  machines: Machines,
  requestId: string,
  now: Date,
): Promise<number> {
  const request = await requireRequest(stores, requestId);
  const attempt = request.attempt + 1;
  // An erasure that has no plan yet cools off to its end: it can still be withdrawn.
  const isPlanned = request.right !== 'erasure' || request.plannedAt !== undefined;
  await commitChange(stores, requestId, {
    event: 'redriven',
    to: isPlanned ? 'in-progress' : 'cooling-off',
    at: now.toISOString(),
    actor: 'operator',
    facts: { attempt },
    detail: `attempt-${attempt}`,
    set: { attempt },
  });
  await startExecution(machines[workOf(request.right)], requestId, attempt);
  return attempt;
}
