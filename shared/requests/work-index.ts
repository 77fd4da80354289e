import { queryPages, type Item, type Table } from '#shared/aws/table.ts';
import { workPartitions, type WorkKind } from './request-record.ts';

/**
 * Rows of one kind of waiting work whose time is at or before `until`, oldest first per partition. The index lags behind
 * the table by design: whoever acts on a row reads it again and writes under a condition.
 */
export async function* findWork(requests: Table, kind: WorkKind, until: string): AsyncGenerator<Item> {
  for (const partition of workPartitions(kind)) {
    const input = {
      IndexName: 'work',
      KeyConditionExpression: 'workPk = :partition AND workSk < :until',
      // '$' sorts after '#', so that rows of exactly this moment are in.
      ExpressionAttributeValues: { ':partition': partition, ':until': `${until}$` },
    };
    for await (const page of queryPages(requests, input)) yield* page.items;
  }
}
