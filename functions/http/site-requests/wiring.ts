import { createHash } from 'node:crypto';
import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { Problem } from '#shared/http/problem.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { EffectQueue } from '#shared/requests/effects.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';

export type Wiring = RequestStores & {
  readonly directory: Table;
  readonly ephemeral: Table;
  /** Of requests alone: whom a receipt is about is sealed when it is filed. */
  readonly vault: VaultKeys;
  readonly indexKey: MacKey;
  readonly effects: EffectQueue;
  readonly openRequest: Callee;
  readonly verify: Callee;
  readonly release: Callee;
};

/**
 * The id of the one request that a user may make of a right in a day (A11): the same call gives the same id, so that a
 * retry after a fault of ours goes on where the first one stopped, and a second request of the day finds the first.
 * Version 8 of RFC 9562: made from a hash, here of what is itself a keyed hash.
 */
export function requestIdOfToday(
  { siteId, userHash, right }: { siteId: string; userHash: string; right: string },
  now: Date,
): string {
  const day = now.toISOString().slice(0, 10);
  const hex = createHash('sha256').update([siteId, userHash, right, day].join('\0')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Seconds until the day is over (UTC). */
export const restOfDay = (now: Date): number => 86_400 - (Math.floor(now.getTime() / 1_000) % 86_400);

/** A request that this very site made; any other is not there (A35). @throws Problem not-found */
export async function requireOwn(
  wiring: Wiring,
  { siteId }: SiteCaller,
  requestId: string,
): Promise<RequestRecord> {
  const request = await readRequest(wiring, requestId);
  if (request?.channel.kind !== 'site' || request.channel.siteId !== siteId) throw new Problem('not-found');
  return request;
}
