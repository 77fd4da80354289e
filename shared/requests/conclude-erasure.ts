import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { withheldReasons, type WithheldReason } from '#shared/data-map/withheld.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readFound, readScan, type CountKeys } from '#shared/retention/counts.ts';
import type { Effect } from './effects.ts';
import { askForMessage, type MessageKind } from './messages-outbox.ts';
import { readReceipt, receiptStands } from './receipt-store.ts';
import type { RequestRecord } from './request-record.ts';
import { commitChange, requireAttempt, type RequestStores } from './request-store.ts';
import { endTask, requirePlan, type Task } from './tasks.ts';
import { putTombstone } from './tombstones.ts';

/** Thrown when an erasure that did something is to end without its receipt (A6). */
export class ReceiptMissing extends Error {
  override readonly name = 'ReceiptMissing';
}

export type ConcludeErasureStores = RequestStores &
  Pick<CountKeys, 'foundKey' | 'scanKey'> & { readonly planKey: MacKey };

/**
 * Ends an erasure: each recipient is told (Art. 19), then the request ends in one transaction with the condition that its
 * receipt stands, and the person is told. What was withheld, or stays under a hold, makes it partly fulfilled; what the data
 * map keeps by its own rule does not.
 * @param receipt hash of the signed content; left out where nothing was in reach
 * @throws ReceiptMissing, ReceiptForged, AttemptSuperseded, PlanForged, CountForged
 */
export async function concludeErasure(
  stores: ConcludeErasureStores,
  request: RequestRecord,
  { attempt, receipt, now }: { attempt: number; receipt?: string | undefined; now: string },
): Promise<{ request: RequestRecord; effects: Effect[] }> {
  const { requestId } = request;
  requireAttempt(request, attempt);
  const tasks = await requirePlan(stores.requests, stores.planKey, request);
  if (tasks.length > 0 && receipt === undefined)
    throw new ReceiptMissing(`request ${requestId} has no receipt`);
  // Written over since it was signed, it is no receipt to end on; one that is not there refuses the end itself.
  await readReceipt(stores.requests, { requestId, receipt });
  const { recipients, otherDisclosures, isHeld, left } = await readOutcome(stores, requestId, tasks);
  const told: Effect[] = [];
  for (const siteId of recipients) told.push(await tellRecipient(stores, requestId, siteId, now));
  for (const task of tasks) {
    const tombstone =
      task.aim === 'erase' && !left.has(task.profileId)
        ? [putTombstone(stores, requestId, task.profileId, request.plannedAt ?? now)]
        : [];
    await transact(stores.requests.client, [endTask(stores.requests, requestId, task), ...tombstone]);
  }

  const reasons = new Set([
    ...tasks.flatMap(({ reason }) => reason ?? []),
    ...left.values(),
    ...(isHeld ? ['under-hold' as const] : []),
  ]);
  const withheld = withheldReasons.filter((reason) => reasons.has(reason));
  const isNothingErased = tasks.every(({ aim, profileId }) => aim === 'withheld' || left.has(profileId));
  const kind = messageOf({ tasks: tasks.length, withheld: withheld.length, isNothingErased });
  const messageId = `${kind}-${attempt}`;
  const concluded = await commitChange(stores, requestId, {
    event: 'tasks-ended',
    to: withheld.length > 0 ? 'partly-fulfilled' : 'fulfilled',
    at: now,
    actor: 'system',
    facts: {
      ...{ tasks: tasks.length, withheld, recipients: recipients.length, otherDisclosures },
      ...(receipt === undefined ? {} : { receipt }),
    },
    attempt,
    set: { openTasks: 0, withheld, endedAt: now, receipt },
    items: [
      askForMessage(stores.requests, requestId, { messageId, kind, at: now }),
      ...(receipt === undefined ? [] : [receiptStands(stores.requests, requestId, receipt)]),
    ],
  });
  return { request: concluded, effects: [...told, { kind: 'send-message', requestId, messageId }] };
}

/** What its person is told: the same as the title of the receipt says. */
function messageOf(end: { tasks: number; withheld: number; isNothingErased: boolean }): MessageKind {
  if (end.tasks === 0) return 'nothing-to-erase';
  if (end.isNothingErased) return 'nothing-erased';
  return end.withheld > 0 ? 'partly-erased' : 'erased';
}

type Outcome = {
  recipients: string[];
  otherDisclosures: number;
  isHeld: boolean;
  /** Profiles that were withheld at their turn, and why. */
  left: Map<string, WithheldReason>;
};

async function readOutcome(
  { requests, foundKey, scanKey }: ConcludeErasureStores,
  requestId: string,
  tasks: readonly Task[],
): Promise<Outcome> {
  const recipients = new Set<string>();
  const outcome: Omit<Outcome, 'recipients'> = { otherDisclosures: 0, isHeld: false, left: new Map() };
  for (const { profileId, aim } of tasks) {
    // Of a profile that was left whole, nothing is to be told.
    if (aim === 'withheld') continue;
    const whose = { requestId, profileId };
    const found = await readFound(requests, foundKey, whose);
    const scan = await readScan(requests, scanKey, whose);
    if (found?.withheld) {
      outcome.left.set(profileId, found.withheld);
      continue;
    }
    for (const siteId of found?.recipients ?? []) recipients.add(siteId);
    outcome.otherDisclosures += found?.otherDisclosures ?? 0;
    outcome.isHeld ||= Object.values(scan?.datasets ?? {}).some(({ ground }) => ground === 'hold');
  }
  return { ...outcome, recipients: [...recipients].toSorted() };
}

/** Asks for the message to one recipient; asked for before, it stands. */
async function tellRecipient(
  { requests }: RequestStores,
  requestId: string,
  siteId: string,
  at: string,
): Promise<Effect> {
  const messageId = `recipient-told-${siteId}`;
  try {
    const message = { messageId, kind: 'recipient-told', siteId, at } as const;
    await transact(requests.client, [askForMessage(requests, requestId, message)]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
  return { kind: 'send-message', requestId, messageId };
}
