import type { Effect } from '#shared/requests/effects.ts';
import { commitChange, type RequestStores } from '#shared/requests/request-store.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { revokeToken } from './token.ts';

/**
 * “Not me”, said with the stop code of a mail. A request that is open ends, unless it is an erasure that has begun to
 * destroy; of one that has ended already, the token dies and nothing is given out any more: whoever stole the mailbox may
 * have been faster than its owner (A25).
 * @returns what is to follow
 */
export async function disavowRequest(stores: RequestStores, requestId: string, now: Date): Promise<Effect[]> {
  const at = now.toISOString();
  const items = [revokeToken(stores.requests, requestId)];
  for (const event of ['disavowed', 'disavowed-at-work'] as const) {
    try {
      const stop = { event, now, items, set: { disavowedAt: at } };
      return (await stopRequest(stores, requestId, stop)).effects;
    } catch (error) {
      if (!(error instanceof TransitionRefused)) throw error;
    }
  }
  const late = { event: { note: 'disavowed-late' }, at, actor: 'subject', items } as const;
  await commitChange(stores, requestId, { ...late, set: { disavowedAt: at } });
  return [];
}
