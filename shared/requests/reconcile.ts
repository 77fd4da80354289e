import * as z from 'zod';
import type { Effect } from './effects.ts';
import { postponeMessage } from './messages-outbox.ts';
import { requestRecord, type RequestRecord } from './request-record.ts';
import {
  AttemptSuperseded,
  commitChange,
  isLifting,
  readRequest,
  type RequestStores,
} from './request-store.ts';
import { describeExecution, startExecution, type Machines } from './start-execution.ts';
import { workOf } from './states.ts';
import { TransitionRefused } from './transitions.ts';
import { findWork, workThrough } from './work-index.ts';

/** What a transaction asked for follows within seconds; after this long something was lost in between. */
const patienceSeconds = 120;
const outboxRow = z.object({ requestId: z.string(), messageId: z.string() });

/** The mail queue tries for two hours before it gives a message up: asked for again sooner, there would be two of it. */
const mailPatienceSeconds = 9_000;
const later = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();

export type Reconciled = {
  readonly started: number;
  readonly ended: number;
  readonly effects: readonly Effect[];
  readonly failures: readonly unknown[];
};

/**
 * Starts what a crash left undone and finds executions that ended without a word (race 10): a request in progress whose
 * execution is missing is started, one whose execution has ended is put before a person, a message that still stands in
 * the outbox is asked for again.
 */
export async function reconcile(stores: RequestStores, machines: Machines, now: Date): Promise<Reconciled> {
  const { requests } = stores;
  const until = later(now, -patienceSeconds);
  const found = { started: 0, ended: 0 };
  const effects: Effect[] = [];
  const stuck = await workThrough(findWork(requests, 'running', until), async (item) => {
    const { requestId } = requestRecord.parse(item);
    const request = await readRequest(stores, requestId);
    if (!request || !isAtWork(request)) return;
    const machine = machines[workOf(request.right)];
    const state = await describeExecution(machine, requestId, request.attempt);
    if (state === 'missing') {
      await startExecution(machine, requestId, request.attempt);
      found.started += 1;
    }
    if (state === 'ended' && isLifting(request.state, request)) {
      await startExecution(machine, requestId, await liftAgain(stores, request, now));
      found.started += 1;
    } else if (state === 'ended' && (await putBeforePerson(stores, request, now))) found.ended += 1;
  });
  const unsent = await workThrough(findWork(requests, 'outbox', until), async (item) => {
    const { requestId, messageId } = outboxRow.parse(item);
    const again = later(now, mailPatienceSeconds);
    if (await postponeMessage(requests, requestId, messageId, again))
      effects.push({ kind: 'send-message', requestId, messageId });
  });
  return { ...found, effects, failures: [...stuck, ...unsent] };
}

const isAtWork = (request: RequestRecord): boolean =>
  request.state === 'in-progress' || request.state === 'cooling-off' || isLifting(request.state, request);

/** A stopped erasure whose profiles are still restricted: no person needs to look, it is tried again. @returns the next attempt */
async function liftAgain(
  stores: RequestStores,
  { requestId, attempt, state }: RequestRecord,
  now: Date,
): Promise<number> {
  const lifting = await commitChange(stores, requestId, {
    event: { note: 'lifting-again' },
    at: now.toISOString(),
    actor: 'system',
    ...{ attempt, during: state },
    set: { attempt: attempt + 1 },
  });
  return lifting.attempt;
}

/** False where the execution did have its word after all, between our reading and our writing. */
async function putBeforePerson(
  stores: RequestStores,
  { requestId, attempt, state }: RequestRecord,
  now: Date,
): Promise<boolean> {
  try {
    await commitChange(stores, requestId, {
      event: 'step-failed',
      at: now.toISOString(),
      actor: 'system',
      facts: { attempt, error: 'ExecutionEndedSilently' },
      attempt,
      during: state,
    });
    return true;
  } catch (error) {
    if (error instanceof AttemptSuperseded || error instanceof TransitionRefused) return false;
    throw error;
  }
}
