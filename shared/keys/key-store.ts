import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';

/** Whose key it is: a profile (`P#id`) or a request (`R#id`). */
export type KeyOwner = `P#${string}` | `R#${string}`;
/** `ordinary` is erasable, `retained` has a legal term of its own, `request` holds a request's contact and staging. */
export type KeyScope = 'ordinary' | 'retained' | 'request';

const keyItem = z.discriminatedUnion('state', [
  z.object({ state: z.literal('live'), wrapped: bytes, epoch: z.number() }),
  z.object({
    state: z.literal('destroyed'),
    epoch: z.number(),
    destroyedAt: z.string(),
    /** The request that had it destroyed. */
    by: z.string(),
  }),
]);
/** A row of the `keys` table: the wrapped key, or the tombstone that stands where it was. */
export type KeyRow = z.output<typeof keyItem>;

/** The put that mints a key row. Refused where a row, live or tombstone, is already there: a destroyed key never returns. */
export function mintKeyParams(
  keys: Table,
  owner: KeyOwner,
  scope: KeyScope,
  wrapped: Uint8Array,
): { TableName: string; Item: Record<string, unknown>; ConditionExpression: string } {
  return {
    TableName: keys.name,
    Item: { pk: owner, sk: scope, state: 'live', epoch: 1, wrapped },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
}

export async function mintKey(
  keys: Table,
  owner: KeyOwner,
  scope: KeyScope,
  wrapped: Uint8Array,
): Promise<void> {
  await keys.client.send(new PutCommand(mintKeyParams(keys, owner, scope, wrapped)));
}

/**
 * The write that destroys a key: the wrapped key is gone, a tombstone stands in its place. Refused where none lives. Part of
 * the transaction that says why.
 */
export function destroyKey(
  keys: Table,
  owner: KeyOwner,
  scope: KeyScope,
  { at, by }: { at: string; by: string },
): TransactionItem {
  return {
    Update: {
      TableName: keys.name,
      Key: { pk: owner, sk: scope },
      UpdateExpression:
        'SET #state = :destroyed, destroyedAt = :at, #by = :by, epoch = epoch + :one REMOVE #wrapped',
      ConditionExpression: '#state = :live',
      ExpressionAttributeNames: { '#state': 'state', '#by': 'by', '#wrapped': 'wrapped' },
      ExpressionAttributeValues: {
        ...{ ':destroyed': 'destroyed', ':live': 'live', ':at': at, ':by': by, ':one': 1 },
      },
    },
  };
}

/** The row as it stands now (strongly consistent), or undefined where none was ever minted. */
export async function readKey(keys: Table, owner: KeyOwner, scope: KeyScope): Promise<KeyRow | undefined> {
  const item = await getItem(keys, { pk: owner, sk: scope });
  return item === undefined ? undefined : keyItem.parse(item);
}

/** Condition of a transaction that writes under a key: the key still lives, and is the one that was read. */
export function keyLives(keys: Table, owner: KeyOwner, scope: KeyScope, epoch: number): TransactionItem {
  return {
    ConditionCheck: {
      TableName: keys.name,
      Key: { pk: owner, sk: scope },
      ConditionExpression: '#state = :live AND epoch = :epoch',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':live': 'live', ':epoch': epoch },
    },
  };
}
