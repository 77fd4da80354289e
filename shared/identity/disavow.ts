import type { Effect } from '#shared/requests/effects.ts';
import { commitChange, type RequestStores } from '#shared/requests/request-store.ts';
import { isOpen } from '#shared/requests/states.ts';
import { isWithoutEffect, stopRequest } from '#shared/requests/stop-request.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { revokeToken } from './token.ts';

/**
 * “Not me”, said with the stop code of a mail. A request that is open ends, unless it is an erasure that has begun to
 * destroy; of one that has ended already, the token dies and nothing is given out any more: whoever stole the mailbox may
 * have been faster than its owner (A25). Once an erasure has its plan there is nothing to stop and no data to give out:
 * while it is at work the word is noted, and its receipt stays in reach of whoever has proven the request.
 * @returns what is to follow, or that it was too late
 */
export async function disavowRequest(
  stores: RequestStores,
  requestId: string,
  now: Date,
): Promise<Effect[] | 'too-late'> {
  const at = now.toISOString();
  const stops = { items: [revokeToken(stores.requests, requestId)], set: { disavowedAt: at } };
  const late = { event: { note: 'disavowed-late' }, at, actor: 'subject' } as const;
  const ways = [
    async () => (await stopRequest(stores, requestId, { event: 'disavowed', now, ...stops })).effects,
    async () => (await stopRequest(stores, requestId, { event: 'disavowed-at-work', now, ...stops })).effects,
    async () => {
      await commitChange(stores, requestId, { ...late, ...stops, when: isWithoutEffect });
      return [];
    },
    async () => {
      // Apart from the way before, which would else find it done.
      const noted = { ...late, detail: 'too-late' };
      await commitChange(stores, requestId, { ...noted, when: ({ state }) => isOpen(state) });
      return 'too-late' as const;
    },
  ];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof TransitionRefused)) throw error;
    }
  }
  return 'too-late';
}
