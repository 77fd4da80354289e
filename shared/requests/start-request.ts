import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { Due } from './deadlines/due-date.ts';
import type { Effect } from './effects.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import type { RequestRecord } from './request-record.ts';

/**
 * Starts the work on a proven request: its scope, the use of its proof, and the state in one transaction.
 * @throws TransitionRefused when it is not `verified`; TransactionRefused when the proof was used or is too old
 */
export async function startRequest(
  stores: RequestStores,
  requestId: string,
  start: {
    scope: 'all' | string[];
    due?: Due;
    actor: 'subject' | 'site';
    now: Date;
    useProof: TransactionItem;
    /** Tells one call from the next, which may have chosen another scope and must not count as this one. */
    startId: string;
  },
): Promise<{ request: RequestRecord; effects: Effect[] }> {
  const at = start.now.toISOString();
  const request = await commitChange(stores, requestId, {
    event: 'started',
    at,
    actor: start.actor,
    detail: start.startId,
    facts: { scope: start.scope === 'all' ? 'all' : start.scope.length },
    set: { scope: start.scope, startedAt: at, ...start.due },
    items: [start.useProof],
  });
  return { request, effects: [{ kind: 'start-work', requestId, attempt: request.attempt }] };
}
