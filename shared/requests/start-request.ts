import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { ErasureGround } from '#shared/data-map/erasure-grounds.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { choiceMac } from './choice.ts';
import type { Due } from './deadlines/due-date.ts';
import type { Effect } from './effects.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import type { RequestRecord } from './request-record.ts';
import { workOf } from './states.ts';

export type Start = {
  scope: 'all' | string[];
  due?: Due;
  actor: 'subject' | 'site';
  now: Date;
  useProof: TransactionItem;
  /** Tells one call from the next, which may have chosen another scope and must not count as this one. */
  startId: string;
  /** Binds the choice of scope and ground to the request. */
  choiceKey: MacKey;
  /** Of an erasure: why the data has to go. It cools off before anything is erased. */
  ground?: ErasureGround;
};

/** Thrown when an erasure is started without a ground or a scope of named controllers, or an export with a ground. */
export class StartIncomplete extends Error {
  override readonly name = 'StartIncomplete';
}

/**
 * Starts the work on a proven request: its scope, the use of its proof, and the state in one transaction. An export is in
 * progress from here on; an erasure cools off first.
 * @throws TransitionRefused when it is not `verified`; TransactionRefused when the proof was used or is too old;
 * StartIncomplete
 */
export async function startRequest(
  stores: RequestStores,
  { requestId, right }: Pick<RequestRecord, 'requestId' | 'right'>,
  start: Start,
): Promise<{ request: RequestRecord; effects: Effect[] }> {
  const { ground, scope } = start;
  const work = workOf(right);
  // For erasure nothing is preselected (A5).
  if ((work === 'erasure') !== (ground !== undefined) || (work === 'erasure' && scope === 'all'))
    throw new StartIncomplete(`request ${requestId} cannot start like this`);
  const at = start.now.toISOString();
  const mac = await choiceMac(start.choiceKey, { requestId, right, scope, ground });
  const request = await commitChange(stores, requestId, {
    event: 'started',
    to: work === 'erasure' ? 'cooling-off' : 'in-progress',
    at,
    actor: start.actor,
    detail: start.startId,
    facts: { scope: scope === 'all' ? 'all' : scope.length, ...(ground ? { ground } : {}) },
    set: {
      ...{ scope, choiceMac: mac, startedAt: at, ...start.due },
      ...(ground ? { ground, restricts: true } : {}),
    },
    items: [start.useProof],
  });
  return { request, effects: [{ kind: 'start-work', requestId, attempt: request.attempt, work }] };
}
