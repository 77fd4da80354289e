import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Item, Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { destroyKey, type KeyOwner, type KeyScope } from '#shared/keys/key-store.ts';

const types = ['keys-destroyed', 'retained-key-destroyed', 'request-key-destroyed'] as const;
const eventRow = z.object({
  requestId: z.string(),
  type: z.enum(types),
  at: z.string(),
  facts: z.object({ profileId: z.string().optional(), keys: z.number().optional() }),
});
type Destruction = {
  readonly owner: KeyOwner;
  readonly scope: KeyScope;
  readonly at: string;
  readonly by: string;
};

/**
 * Destroys again every key that the ledger says was destroyed: after `keys` was restored to an earlier time, and before
 * anything is served from it (A7). A key that is destroyed, or is not there, is left alone, so doing it again changes
 * nothing. For an operator's command: no deployed function may scan a table.
 * @returns how many keys lived that should not
 */
export async function replayDestructions({
  ledger,
  keys,
}: {
  readonly ledger: Table;
  readonly keys: Table;
}): Promise<{ told: number; destroyed: number }> {
  const count = { told: 0, destroyed: 0 };
  for await (const item of destructionEvents(ledger)) {
    for (const one of destructionsOf(item)) {
      count.told += 1;
      if (await destroyAgain(keys, one)) count.destroyed += 1;
    }
  }
  return count;
}

/** What an event says was destroyed: of a profile the ordinary key, and the retained one where or once nothing stayed. */
function destructionsOf(item: Item): Destruction[] {
  const { requestId: by, type, at, facts } = eventRow.parse(item);
  const { profileId, keys } = facts;
  if (profileId === undefined) return [{ owner: `R#${by}`, scope: 'request', at, by }];
  const both = ['ordinary', 'retained'] as const;
  const scopes = type === 'keys-destroyed' ? both.slice(0, keys) : both.slice(1);
  return scopes.map((scope) => ({ owner: `P#${profileId}` as const, scope, at, by }));
}

async function destroyAgain(keys: Table, { owner, scope, at, by }: Destruction): Promise<boolean> {
  try {
    await transact(keys.client, [destroyKey(keys, owner, scope, { at, by })]);
    return true;
  } catch (error) {
    if (error instanceof TransactionRefused) return false;
    throw error;
  }
}

async function* destructionEvents({ client, name }: Table): AsyncGenerator<Item, void> {
  let next: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        ...{ TableName: name, ConsistentRead: true },
        FilterExpression: `#type IN (${types.map((_, index) => `:t${index}`).join(', ')})`,
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: Object.fromEntries(types.map((type, index) => [`:t${index}`, type])),
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    yield* page.Items ?? [];
    next = page.LastEvaluatedKey;
  } while (next);
}
