import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { InFlight } from './in-flight.ts';
import type { Item, Key, Table } from './table.ts';

/** Thrown when DynamoDB leaves deletes undone again and again. */
export class DeletesUnprocessed extends Error {
  override readonly name = 'DeletesUnprocessed';
}

/** The most that one BatchWriteItem takes. */
const batchSize = 25;

/**
 * Deletes rows by their keys, each named once, in batches that go side by side. What DynamoDB leaves unprocessed is asked
 * again. A row that is not there counts as deleted. Returns when all batches are started; `deletes.end()` waits for them.
 * @throws DeletesUnprocessed
 */
export async function deleteItems(table: Table, keys: readonly Key[], deletes: InFlight): Promise<void> {
  for (let start = 0; start < keys.length; start += batchSize) {
    const batch = keys.slice(start, start + batchSize);
    await deletes.start(() => deleteBatch(table, batch));
  }
}

async function deleteBatch({ client, name }: Table, keys: readonly Key[], tries = 8): Promise<void> {
  let left: { DeleteRequest: { Key: Item } }[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > tries) throw new DeletesUnprocessed(`${left.length} deletes were left unprocessed`);
    if (attempt > 1) await sleep(20 * 2 ** attempt * Math.random());
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [name]: left } }));
    left = (UnprocessedItems?.[name] ?? []).flatMap(({ DeleteRequest }) =>
      DeleteRequest?.Key ? [{ DeleteRequest: { Key: DeleteRequest.Key } }] : [],
    );
  }
}
