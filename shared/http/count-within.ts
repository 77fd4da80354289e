import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';

export type Limit = {
  /** An enum that names what is counted, such as `codes-hour`. */
  readonly name: string;
  /** Whose count it is: an opaque id or a keyed hash, never an identifier. */
  readonly subject: string;
  readonly limit: number;
  readonly windowSeconds: number;
};

/**
 * Counts one event, unless the window is full. Windows are fixed (they start at multiples of their length), so that the
 * count is one conditional update: parallel calls cannot pass the limit together. At a window's edge twice the limit can
 * pass within one window's length; limits are chosen with that in mind.
 *
 * @returns false when the limit was reached; nothing is counted then
 */
export async function countWithin(ephemeral: Table, limit: Limit, now: Date): Promise<boolean> {
  try {
    await ephemeral.client.send(new UpdateCommand(countParams(ephemeral.name, limit, now)));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Takes back one event that was counted within the same window. */
export async function giveBack(ephemeral: Table, limit: Limit, now: Date): Promise<void> {
  const { TableName, Key } = countParams(ephemeral.name, limit, now);
  try {
    await ephemeral.client.send(
      new UpdateCommand({
        ...{ TableName, Key, UpdateExpression: 'ADD #count :back' },
        ConditionExpression: '#count > :none',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':back': -1, ':none': 0 },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The update behind `countWithin`. The row ends by TTL one window after its own. */
export function countParams(tableName: string, limit: Limit, now: Date): UpdateCommandInput {
  const { name, subject, windowSeconds } = limit;
  const window = Math.floor(now.getTime() / 1000 / windowSeconds);
  return {
    TableName: tableName,
    Key: { pk: `COUNT#${name}#${subject}`, sk: `WINDOW#${String(window)}` },
    UpdateExpression: 'ADD #count :one SET #ttl = :ttl',
    ConditionExpression: 'attribute_not_exists(#count) OR #count < :limit',
    ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':one': 1, ':limit': limit.limit, ':ttl': (window + 2) * windowSeconds },
  };
}
