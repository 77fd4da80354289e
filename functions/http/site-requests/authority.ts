import type * as z from 'zod';
import { groundOfOrder, type ErasureGround } from '#shared/data-map/erasure-grounds.ts';
import type { KeyScope } from '#shared/http/caller.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { isFreshLogin, isSessionMethod } from '#shared/identity/prove-by-session.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { isAvailable, type AvailableRight } from '#shared/requests/states.ts';
import type { submitForUser } from './contract.ts';

type Stated = z.output<(typeof submitForUser)['body']>;
type SiteChannel = Extract<RequestRecord['channel'], { kind: 'site' }>;

/** On whose word a site asks: that of its user who is signed in, or its own controller's. */
export type Authority = {
  readonly kind: 'session' | 'order';
  readonly right: AvailableRight;
  /** How it stands in the request. */
  readonly channel: Pick<SiteChannel, 'authenticatedAt' | 'method' | 'order'>;
  /** Of an erasure. */
  readonly ground?: ErasureGround;
};

/**
 * What a call may ask for with its key; of the person nothing has been looked up yet. Pure.
 * @throws Problem `scope-missing` (orders and sessions are signed by different keys, A10), `not-available`, `not-proven`,
 * `validation`
 */
export function readAuthority(
  { right, authority, details }: Stated,
  scopes: readonly KeyScope[],
  now: Date,
): Authority {
  const isOrder = authority.kind === 'controller-order';
  if (!scopes.includes(isOrder ? 'orders' : 'collect')) throw new Problem('scope-missing');
  if (!isAvailable(right)) throw new Problem('not-available');
  if (isOrder) {
    if (right !== 'erasure') throw new Problem('not-available');
    if (details?.ground !== undefined) throw invalid('details.ground', 'an order states it in authority');
    const { ground } = authority;
    const channel = { method: 'controller-order', order: ground };
    return { kind: 'order', right, channel, ground: groundOfOrder(ground) };
  }
  if (right !== 'erasure' && details?.ground !== undefined)
    throw invalid('details.ground', 'only of an erasure');
  const { method, authenticatedAt } = authority;
  if (!isSessionMethod(method)) throw invalid('authority.method', 'not a known way to sign in');
  if (!isFreshLogin(authenticatedAt, now)) throw new Problem('not-proven');
  const session = { kind: 'session', right, channel: { authenticatedAt, method } } as const;
  return right === 'erasure' ? { ...session, ground: details?.ground ?? '17(1)(a)' } : session;
}
