import { createHash } from 'node:crypto';
import { isFreshLogin } from '#shared/identity/prove-by-session.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';

/** A right of one account of a user, asked for in its session or by order of the controller. */
export type Asked = {
  readonly siteId: string;
  readonly userHash: string;
  readonly registeredAt: string;
  readonly right: string;
  readonly kind: 'session' | 'order';
};

/** After a stop a user may ask anew, so often in a day: whoever forges sessions has no more than these (A11, A21). */
const mostTurns = 3;

/**
 * The id of a request that is made of a right for one account in a day (A10, A11): the same call gives the same id, so that
 * a retry after a fault of ours goes on where the first one stopped, and a second request of the day finds the first.
 * `turn` tells those apart that came after one which was stopped.
 * Version 8 of RFC 9562: made from a hash, here of what is itself a keyed hash. Pure.
 */
export function requestIdOfToday(
  { siteId, userHash, registeredAt, right, kind }: Asked,
  now: Date,
  turn: number,
): string {
  const day = now.toISOString().slice(0, 10);
  // An order and what the user asks for are two requests: neither uses up the other's turn.
  const parts = [siteId, userHash, registeredAt, right, day, kind, String(turn)];
  const hex = createHash('sha256').update(parts.join('\0')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** What became of the request that a user has made today: nothing yet, it can go on, it was stopped, or it stands. */
type Outcome = 'none' | 'goes-on' | 'stopped' | 'stands';

/**
 * A session's request is stopped where it was withdrawn or disavowed, or where its login grew too old before it was started:
 * nothing was done for it and nothing will be, since a login that is too old proves it no more. A controller's order is not
 * asked for anew on the day on which its user stopped it. Pure.
 */
export function outcomeOf(
  standing: Pick<RequestRecord, 'state' | 'channel'> | undefined,
  now: Date,
): Outcome {
  if (!standing) return 'none';
  const { state, channel } = standing;
  if (channel.kind !== 'site') return 'stands';
  const { order, authenticatedAt } = channel;
  if (state === 'awaiting-identity' || state === 'verified')
    return order !== undefined || (authenticatedAt !== undefined && isFreshLogin(authenticatedAt, now))
      ? 'goes-on'
      : 'stopped';
  return state === 'withdrawn' && order === undefined ? 'stopped' : 'stands';
}

/**
 * The request that a call of today makes, or goes on with.
 * @returns undefined where the day's is made, or its turns are used up
 */
export async function findTurn(
  stores: Pick<RequestStores, 'requests'>,
  asked: Asked,
  now: Date,
): Promise<{ requestId: string; isNew: boolean } | undefined> {
  for (let turn = 1; turn <= mostTurns; turn += 1) {
    const requestId = requestIdOfToday(asked, now, turn);
    const outcome = outcomeOf(await readRequest(stores, requestId), now);
    if (outcome === 'stands') return undefined;
    if (outcome !== 'stopped') return { requestId, isNew: outcome === 'none' };
  }
  return undefined;
}
