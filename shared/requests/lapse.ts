import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { Effect } from './effects.ts';
import { askForMessage } from './messages-outbox.ts';
import { requestRecord } from './request-record.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import { TransitionRefused } from './transitions.ts';
import { findWork, workThrough } from './work-index.ts';

/** Lapses requests that nobody proved in 14 days, and says so to the address, if a code was sent there. A late proof revives one. */
export async function lapseUnproven(
  stores: RequestStores,
  now: Date,
): Promise<{ effects: Effect[]; failures: unknown[] }> {
  const at = now.toISOString();
  const effects: Effect[] = [];
  const failures = await workThrough(findWork(stores.requests, 'lapse', at), async (item) => {
    const { requestId, codeAsked } = requestRecord.parse(item);
    const messageId = 'lapsed';
    const told = codeAsked
      ? [askForMessage(stores.requests, requestId, { messageId, kind: 'lapsed', at })]
      : [];
    try {
      await commitChange(stores, requestId, {
        event: 'lapsed',
        at,
        actor: 'system',
        items: told,
      });
      if (codeAsked) effects.push({ kind: 'send-message', requestId, messageId });
    } catch (error) {
      // Proven or ended in between: the index lags.
      if (!(error instanceof TransitionRefused) && !(error instanceof TransactionRefused)) throw error;
    }
  });
  return { effects, failures };
}
