import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import { destroyKey, readKey } from '#shared/keys/key-store.ts';
import { requestKey, workPartitions } from './request-record.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import { isOpen, states } from './states.ts';
import { TransitionRefused } from './transitions.ts';
import { findWork, workThrough } from './work-index.ts';

const waiting = z.object({ requestId: z.string() });
const dueRow = z.object({
  state: z.enum(states),
  workPk: z.string().optional(),
  workSk: z.string().optional(),
});

/** Finds requests that ended 30 days ago, and has the key of each destroyed (G01). */
export async function forgetRequests(
  { requests }: Pick<RequestStores, 'requests'>,
  now: Date,
  forget: (requestId: string) => Promise<boolean>,
): Promise<{ forgotten: number; failures: unknown[] }> {
  let forgotten = 0;
  const failures = await workThrough(findWork(requests, 'forget', now.toISOString()), async (item) => {
    if (await forget(waiting.parse(item).requestId)) forgotten += 1;
  });
  return { forgotten, failures };
}

/**
 * Destroys the key of a request whose time is over: its contact, its notices, the salt of its receipt and what was staged are
 * unreadable from here on. The facts of procedure stay to their own term.
 * @returns false where it is not due, whoever asks
 */
export async function forgetRequest(
  stores: RequestStores & { readonly keys: Table },
  requestId: string,
  now: string,
): Promise<boolean> {
  const item = await getItem(stores.requests, requestKey(requestId, 'META'));
  const row = item === undefined ? undefined : dueRow.parse(item);
  if (!row || !isDue(row, now)) return false;
  const key = await readKey(stores.keys, `R#${requestId}`, 'request');
  try {
    await commitChange(stores, requestId, {
      event: { note: 'request-key-destroyed' },
      at: now,
      actor: 'system',
      when: ({ state }) => !isOpen(state),
      remove: ['workPk', 'workSk'],
      items:
        key?.state === 'live'
          ? [destroyKey(stores.keys, `R#${requestId}`, 'request', { at: now, by: requestId })]
          : [],
    });
    return true;
  } catch (error) {
    // Another run was here first, or a late proof has revived the request.
    if (error instanceof TransactionRefused || error instanceof TransitionRefused) return false;
    throw error;
  }
}

/** Asked of the table itself: the index lags, and a late proof may have revived the request. */
const isDue = ({ state, workPk = '', workSk = '' }: z.output<typeof dueRow>, now: string): boolean =>
  !isOpen(state) && workPartitions('forget').includes(workPk) && workSk.slice(0, now.length) <= now;
