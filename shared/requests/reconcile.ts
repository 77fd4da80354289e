import * as z from 'zod';
import type { Effect } from './effects.ts';
import { requestRecord } from './request-record.ts';
import { AttemptSuperseded, commitChange, readRequest, type RequestStores } from './request-store.ts';
import { describeExecution, startExecution, type Machine } from './start-execution.ts';
import { TransitionRefused } from './transitions.ts';
import { findWork } from './work-index.ts';

/** What a transaction asked for follows within seconds; after this long something was lost in between. */
const patienceSeconds = 120;
const outboxRow = z.object({ requestId: z.string(), messageId: z.string() });

/**
 * Starts what a crash left undone and finds executions that ended without a word (race 10): a request in progress whose
 * execution is missing is started, one whose execution has ended is put before a person, a message that still stands in
 * the outbox is asked for again.
 * @returns how many of each were found, and the effects to send
 */
export async function reconcile(
  stores: RequestStores,
  machine: Machine,
  now: Date,
): Promise<{ started: number; ended: number; effects: Effect[] }> {
  const until = new Date(now.getTime() - patienceSeconds * 1_000).toISOString();
  const found = { started: 0, ended: 0, effects: [] as Effect[] };
  for await (const item of findWork(stores.requests, 'running', until)) {
    const { requestId } = requestRecord.parse(item);
    const request = await readRequest(stores, requestId);
    if (request?.state !== 'in-progress') continue;
    const state = await describeExecution(machine, requestId, request.attempt);
    if (state === 'missing') {
      await startExecution(machine, requestId, request.attempt);
      found.started += 1;
    }
    if (state === 'ended' && (await raise(stores, requestId, request.attempt, now))) found.ended += 1;
  }
  for await (const item of findWork(stores.requests, 'outbox', until)) {
    const { requestId, messageId } = outboxRow.parse(item);
    found.effects.push({ kind: 'send-message', requestId, messageId });
  }
  return found;
}

/** False where the execution did have its word after all, between our reading and our writing. */
async function raise(stores: RequestStores, requestId: string, attempt: number, now: Date): Promise<boolean> {
  try {
    await commitChange(stores, requestId, {
      event: 'step-failed',
      at: now.toISOString(),
      actor: 'system',
      facts: { attempt, error: 'ExecutionEndedSilently' },
      attempt,
    });
    return true;
  } catch (error) {
    if (error instanceof AttemptSuperseded || error instanceof TransitionRefused) return false;
    throw error;
  }
}
