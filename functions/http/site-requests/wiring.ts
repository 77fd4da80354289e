import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { countWithin } from '#shared/http/count-within.ts';
import { Problem } from '#shared/http/problem.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { EffectQueue } from '#shared/requests/effects.ts';
import { isOrder, type RequestRecord } from '#shared/requests/request-record.ts';
import { readRequest, type RequestStores } from '#shared/requests/request-store.ts';
import type { Right } from '#shared/requests/states.ts';
import { readController } from '#shared/sites/site-store.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';

export type Wiring = RequestStores & {
  readonly directory: Table;
  readonly ephemeral: Table;
  readonly sites: Table;
  /** Of requests alone: whom a receipt is about is sealed when it is filed. */
  readonly vault: VaultKeys;
  readonly indexKey: MacKey;
  readonly choiceKey: MacKey;
  readonly effects: EffectQueue;
  readonly openRequest: Callee;
  readonly verify: Callee;
  readonly release: Callee;
};

/** Seconds until the day is over (UTC). */
export const restOfDay = (now: Date): number => 86_400 - (Math.floor(now.getTime() / 1_000) % 86_400);

/** What one site may order in a day: more is no erasure of single people any more (A10). */
const orders = { name: 'orders-day', limit: 10, windowSeconds: 86_400 } as const;

/** Counts one order, whomever it is about: also one of nobody, or the limit would tell who is known. @throws Problem needs-staff */
export async function requireOrderQuota(
  { ephemeral }: Pick<Wiring, 'ephemeral'>,
  siteId: string,
  now: Date,
): Promise<void> {
  const within = await countWithin(ephemeral, { ...orders, subject: siteId }, now);
  if (!within) throw new Problem('needs-staff', { retryAfter: restOfDay(now) });
}

/**
 * A request that this very site made; any other is not there (A35), nor for a key that gives orders what is no order.
 * @throws Problem not-found
 */
export async function requireOwn(
  wiring: Wiring,
  { siteId, scopes }: SiteCaller,
  requestId: string,
): Promise<RequestRecord> {
  const request = await readRequest(wiring, requestId);
  if (request?.channel.kind !== 'site' || request.channel.siteId !== siteId) throw new Problem('not-found');
  if (!scopes.includes('collect') && !isOrder(request)) throw new Problem('not-found');
  return request;
}

/** A controller that wants to be asked first is not passed over: asking comes with a later release. @throws Problem */
export async function requireAuto(
  { sites }: Pick<Wiring, 'sites'>,
  controllerId: string,
  right: Right,
): Promise<void> {
  const controller = await readController(sites, controllerId);
  if (controller?.instructions[right] !== 'auto') throw new Problem('instruction-not-available');
}
