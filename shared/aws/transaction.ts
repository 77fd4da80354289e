import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  TransactWriteCommand,
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';

export type TransactionItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Thrown when a condition of a transaction did not hold; `failed` are the positions of the items that refused. */
export class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused';
  readonly failed: readonly number[];
  constructor(failed: readonly number[]) {
    super(`transaction refused by the conditions of items ${failed.join(', ')}`);
    this.failed = failed;
  }
}

const conflictCodes = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Writes all items or none. Two transactions that touch the same item at once cancel each other with
 * TransactionConflict, which the SDK does not retry: it is tried again here with jitter, at most `tries` times.
 * @throws TransactionRefused when a condition did not hold
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transact(
  client: DynamoDBDocumentClient,
  items: readonly TransactionItem[],
  { tries = 6, random = Math.random }: { tries?: number; random?: () => number } = {},
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [...items] }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
      const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) throw new TransactionRefused(failed);
      if (attempt >= tries || !codes.some((code) => conflictCodes.has(code))) throw error;
      await sleep(20 * 2 ** attempt * random());
    }
  }
}
