import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { countWithin } from '#shared/http/count-within.ts';
import { Problem } from '#shared/http/problem.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { CollectStores } from '#shared/vault/collect/collect-stores.ts';

export type Wiring = CollectStores & {
  readonly ephemeral: Table;
  readonly indexKey: MacKey;
  readonly openProfile: Callee;
};

/** What one site may send in an hour (A29): some thirty calls a second, far above any shop, far below a flood. */
const quota = { name: 'site-calls-hour', limit: 100_000, windowSeconds: 3_600 } as const;

/** @throws Problem too-many-calls */
export async function requireQuota({ ephemeral }: Wiring, { siteId }: SiteCaller, now: Date): Promise<void> {
  const within = await countWithin(ephemeral, { ...quota, subject: siteId }, now);
  if (!within) throw new Problem('too-many-calls', { retryAfter: quota.windowSeconds });
}

/** Sites' clocks may run ahead a little; what is far ahead is an error of theirs that no later statement could correct. */
const mostAhead = 5 * 60_000;

/** Whether a time that a site states has not come yet. */
export const isAhead = (stated: string, now: Date): boolean => Date.parse(stated) > now.getTime() + mostAhead;
