import type { Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import { codeRules } from '#shared/identity/code.ts';
import { countWithin } from '#shared/http/count-within.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { Seat } from '#shared/requests/deadlines/due-date.ts';
import type { EffectQueue } from '#shared/requests/effects.ts';
import type { RequestStores } from '#shared/requests/request-store.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';

export type Wiring = RequestStores & {
  readonly index: Table;
  readonly sites: Table;
  readonly ephemeral: Table;
  readonly vault: VaultKeys;
  readonly indexKey: MacKey;
  readonly choiceKey: MacKey;
  readonly effects: EffectQueue;
  readonly openRequest: Callee;
  readonly verify: Callee;
  readonly release: Callee;
  readonly vendorSeat: Seat;
};

/** Whether one more code may go to an identifier now (A21). What the hour refuses does not use up the day. */
export async function mayCode({ ephemeral }: Wiring, identifierHash: string, now: Date): Promise<boolean> {
  const subject = identifierHash;
  return (
    (await countWithin(ephemeral, { ...codeRules.perHour, subject }, now)) &&
    (await countWithin(ephemeral, { ...codeRules.perDay, subject }, now))
  );
}
