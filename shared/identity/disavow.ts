import { commitChange, type RequestStores } from '#shared/requests/request-store.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { revokeToken } from './token.ts';

/**
 * “Not me”, said with the stop code of a mail. A request that is open ends; of one that has ended already, the token dies
 * and nothing is given out any more: whoever stole the mailbox may have been faster than its owner (A25).
 */
export async function disavowRequest(stores: RequestStores, requestId: string, now: Date): Promise<void> {
  const at = now.toISOString();
  const change = { at, actor: 'subject', items: [revokeToken(stores.requests, requestId)] } as const;
  try {
    await commitChange(stores, requestId, {
      ...change,
      event: 'disavowed',
      set: { endedAt: at, disavowedAt: at },
    });
  } catch (error) {
    if (!(error instanceof TransitionRefused)) throw error;
    await commitChange(stores, requestId, {
      ...change,
      event: { note: 'disavowed-late' },
      set: { disavowedAt: at },
    });
  }
}
