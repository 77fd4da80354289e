import { commitChange, requireRequest, type RequestStores } from './request-store.ts';
import { startExecution, type Machine } from './start-execution.ts';

/**
 * Starts the next attempt of a request in needs-attention (race 8). Should the start itself fail, the reconciler finds
 * the attempt without an execution and starts it.
 * @returns the number of the attempt
 * @throws RequestUnknown, TransitionRefused
 */
export async function redriveRequest(
  stores: RequestStores,
  machine: Machine,
  requestId: string,
  now: Date,
): Promise<number> {
  const request = await requireRequest(stores, requestId);
  const attempt = request.attempt + 1;
  await commitChange(stores, requestId, {
    event: 'redriven',
    at: now.toISOString(),
    actor: 'operator',
    facts: { attempt },
    detail: `attempt-${attempt}`,
    set: { attempt },
  });
  await startExecution(machine, requestId, attempt);
  return attempt;
}
