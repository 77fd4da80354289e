import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { Effect } from './effects.ts';
import type { RequestRecord } from './request-record.ts';
import { commitChange, isLifting, type RequestStores } from './request-store.ts';
import type { RequestEvent } from './transitions.ts';

type Stop = Extract<RequestEvent, 'withdrawn' | 'disavowed' | 'disavowed-at-work'>;

/** Work that has had no effect yet: an erasure has none before its plan. */
export const isWithoutEffect = ({ right, plannedAt }: RequestRecord): boolean =>
  right !== 'erasure' || plannedAt === undefined;

/**
 * Ends a request at its person's word. Of an erasure that cools off, or that failed before its plan, the next attempt is
 * begun, which lifts the restriction and does nothing else; what the attempt before still writes is refused.
 * @throws TransitionRefused where it is too late for this event
 */
export async function stopRequest(
  stores: RequestStores,
  requestId: string,
  {
    event,
    now,
    set,
    items = [],
  }: { event: Stop; now: Date; set?: Partial<RequestRecord>; items?: TransactionItem[] },
): Promise<{ request: RequestRecord; effects: Effect[] }> {
  const at = now.toISOString();
  const request = await commitChange(stores, requestId, {
    ...{ event, at, items, actor: 'subject', when: isWithoutEffect },
    set: ({ restricts, attempt }) => ({
      ...{ ...set, endedAt: at },
      ...(restricts ? { attempt: attempt + 1 } : {}),
    }),
  });
  const { attempt, state } = request;
  const effects: Effect[] = isLifting(state, request)
    ? [{ kind: 'start-work', requestId, attempt, work: 'erasure' }]
    : [];
  return { request, effects };
}
