import { getItem, type Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { effectIdOf, emptyHead, nextEvent, type Actor, type Facts } from '#shared/ledger/event.ts';
import { appendEvent, readEvent } from '#shared/ledger/ledger-store.ts';
import { requestKey, requestRecord, workKeys, type RequestRecord } from './request-record.ts';
import { forgetAt } from './deadlines/due-date.ts';
import { isOpen, type State } from './states.ts';
import { nextState, TransitionRefused, type RequestEvent } from './transitions.ts';

export type RequestStores = { readonly requests: Table; readonly ledger: Table };

/** Thrown when an execution finds that a later attempt, or an end, has taken its request over. */
export class AttemptSuperseded extends Error {
  override readonly name = 'AttemptSuperseded';
}
/** Thrown when a request is not there. */
export class RequestUnknown extends Error {
  override readonly name = 'RequestUnknown';
}

type Attributes = Partial<RequestRecord> & Record<string, unknown>;

/** One change of a request: an event of the transition table, or a note of what happened within a state. */
export type Change = {
  readonly event: RequestEvent | { readonly note: string };
  /** Which of the states that the event may lead to. */
  readonly to?: State;
  readonly at: string;
  readonly actor: Actor;
  readonly facts?: Facts;
  /** Tells apart repeated events of one kind; a repeat of the same detail is recognised as done. */
  readonly detail?: string;
  /** Workflow writes: refused unless the request is in this attempt, and in progress or in the state `during`. */
  readonly attempt?: number;
  readonly during?: State;
  /** Asked of the request as it is read for this change; where it says no, the event is refused. */
  readonly when?: (request: RequestRecord) => boolean;
  /** Attributes of the `META` row to set. */
  readonly set?: Attributes | ((request: RequestRecord) => Attributes);
  readonly remove?: readonly string[];
  readonly items?: readonly TransactionItem[];
};

export async function readRequest(
  { requests }: Pick<RequestStores, 'requests'>,
  requestId: string,
): Promise<RequestRecord | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'META'));
  return item === undefined ? undefined : requestRecord.parse(item);
}

/**
 * The request of a workflow's step; with `attempt`, only while that attempt is in progress.
 * @throws RequestUnknown, AttemptSuperseded
 */
export async function requireRequest(
  stores: Pick<RequestStores, 'requests'>,
  requestId: string,
  attempt?: number,
): Promise<RequestRecord> {
  const request = await readRequest(stores, requestId);
  if (!request) throw new RequestUnknown(`no request ${requestId}`);
  if (attempt !== undefined) requireAttempt(request, attempt);
  return request;
}

/** Creates a request with its first event, `submitted`, and the rows that go with it, all or none. */
export async function createRequest(
  { requests, ledger }: RequestStores,
  request: Omit<RequestRecord, 'version' | 'ledger' | 'attempt' | 'openTasks' | 'bundles' | 'state'>,
  {
    actor,
    facts,
    work,
    items,
  }: { actor: Actor; facts: Facts; work: object; items: readonly TransactionItem[] },
): Promise<void> {
  const { requestId, receivedAt: at } = request;
  const event = nextEvent(emptyHead, {
    requestId,
    type: 'submitted',
    at,
    actor,
    facts,
    effectId: effectIdOf(requestId, 'submitted'),
  });
  const record = { ...request, state: 'awaiting-identity', version: 1, attempt: 1, openTasks: 0, bundles: 0 };
  const meta = { ...requestKey(requestId, 'META'), ...record, ledger: { seq: 1, hash: event.hash }, ...work };
  await transact(requests.client, [
    { Put: { TableName: requests.name, Item: meta, ConditionExpression: 'attribute_not_exists(pk)' } },
    appendEvent(ledger, `R#${requestId}`, event),
    ...items,
  ]);
}

/**
 * Commits one change: the new state under the version that was read, its ledger event, and the rows that go with it, in
 * one transaction. A change that is already in the ledger (its answer was lost) counts as done.
 * @throws RequestUnknown, TransitionRefused, AttemptSuperseded; TransactionRefused when a condition of `items` failed
 */
export async function commitChange(
  stores: RequestStores,
  requestId: string,
  change: Change,
): Promise<RequestRecord> {
  const type = typeof change.event === 'string' ? change.event : change.event.note;
  const effectId = effectIdOf(requestId, type, change.attempt ?? 0, change.detail ?? '');
  for (let tries = 5; ; tries -= 1) {
    const request = await readRequest(stores, requestId);
    if (!request) throw new RequestUnknown(`no request ${requestId}`);
    if (await isInLedger(stores, request, effectId)) return request;
    const state = stateAfter(request, change);
    const event = nextEvent(request.ledger, {
      requestId,
      type,
      at: change.at,
      actor: change.actor,
      facts: change.facts ?? {},
      effectId,
    });
    try {
      const work = state === request.state ? { set: {}, remove: [] } : waitingOf(state, request, change.at);
      const own = typeof change.set === 'function' ? change.set(request) : change.set;
      const next = { ...own, ...work.set, state, ledger: { seq: event.seq, hash: event.hash } };
      await transact(stores.requests.client, [
        updateMeta(stores.requests, request, next, [...(change.remove ?? []), ...work.remove]),
        appendEvent(stores.ledger, `R#${requestId}`, event),
        ...(change.items ?? []),
      ]);
      return requestRecord.parse({ ...request, ...next, version: request.version + 1 });
    } catch (error) {
      const lostRace = error instanceof TransactionRefused && error.failed.some((position) => position < 2);
      if (!lostRace || tries <= 1) throw error;
    }
  }
}

function stateAfter(request: RequestRecord, change: Change): State {
  if (change.attempt !== undefined) requireAttempt(request, change.attempt, change.during);
  const { event } = change;
  const type = typeof event === 'string' ? event : event.note;
  if (change.when?.(request) === false) throw new TransitionRefused(type, request.state);
  if (typeof event !== 'string') return request.state;
  const state = nextState(request.state, event, change.to);
  if (!state) throw new TransitionRefused(type, request.state);
  return state;
}

/** @throws AttemptSuperseded unless the request is in this attempt, and in progress or as `during` says. */
export function requireAttempt(request: RequestRecord, attempt: number, during: State = 'in-progress'): void {
  if (request.state === during && request.attempt === attempt) return;
  throw new AttemptSuperseded(
    `request ${request.requestId} is ${request.state} in attempt ${request.attempt}`,
  );
}

/** Where a request waits for a scheduled function, by the state that it entered; elsewhere it leaves the index. */
function waitingOf(
  state: State,
  request: RequestRecord,
  at: string,
): { set: object; remove: readonly string[] } {
  const { requestId } = request;
  const isAtWork = state === 'in-progress' || state === 'cooling-off' || isLifting(state, request);
  if (isAtWork) return { set: workKeys('running', requestId, at), remove: [] };
  if (!isOpen(state)) return { set: workKeys('forget', requestId, forgetAt(at)), remove: [] };
  return { set: {}, remove: ['workPk', 'workSk'] };
}

/** An erasure that was stopped while it cooled off: its restriction is still to be lifted. */
export const isLifting = (state: State, { restricts }: RequestRecord): boolean =>
  state === 'withdrawn' && restricts === true;

/** Looks back over the last events only: a repeat follows its first try closely. */
async function isInLedger(stores: RequestStores, request: RequestRecord, effectId: string): Promise<boolean> {
  for (let seq = request.ledger.seq; seq > 0 && seq > request.ledger.seq - 10; seq -= 1) {
    const event = await readEvent(stores.ledger, `R#${request.requestId}`, seq);
    if (event?.effectId === effectId) return true;
  }
  return false;
}

/** The update of `META`: conditional on the version that was read. Pure. */
export function updateMeta(
  requests: Table,
  request: Pick<RequestRecord, 'requestId' | 'version'>,
  set: Record<string, unknown>,
  remove: readonly string[],
): TransactionItem {
  const values: Record<string, unknown> = { ...set, version: request.version + 1 };
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const sets = entries.map((_, index) => `#s${index} = :s${index}`).join(', ');
  const removes = remove.map((_, index) => `#r${index}`).join(', ');
  return {
    Update: {
      TableName: requests.name,
      Key: requestKey(request.requestId, 'META'),
      UpdateExpression: `SET ${sets}${removes === '' ? '' : ` REMOVE ${removes}`}`,
      ConditionExpression: 'version = :readVersion',
      ExpressionAttributeNames: Object.fromEntries([
        ...entries.map(([name], index) => [`#s${index}`, name]),
        ...remove.map((name, index) => [`#r${index}`, name]),
      ]) as Record<string, string>,
      ExpressionAttributeValues: {
        ':readVersion': request.version,
        ...Object.fromEntries(entries.map(([, value], index) => [`:s${index}`, value])),
      },
    },
  };
}
