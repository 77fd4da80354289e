import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { countWithin } from '#shared/http/count-within.ts';
import { Problem } from '#shared/http/problem.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { EffectQueue } from '#shared/requests/effects.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';

export type Wiring = RequestStores & {
  readonly directory: Table;
  readonly ephemeral: Table;
  readonly indexKey: MacKey;
  readonly effects: EffectQueue;
  readonly openRequest: Callee;
  readonly verify: Callee;
  readonly release: Callee;
};

/** One request per user and right a day (A11). @throws Problem too-many-calls */
export async function requireFirstToday(
  { ephemeral }: Wiring,
  { siteId, userHash, right }: { siteId: string; userHash: string; right: string },
  now: Date,
): Promise<void> {
  const windowSeconds = 86_400;
  const limit = { name: `requests-day-${right}`, subject: `${siteId}/${userHash}`, limit: 1, windowSeconds };
  if (!(await countWithin(ephemeral, limit, now)))
    throw new Problem('too-many-calls', { retryAfter: windowSeconds });
}

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
