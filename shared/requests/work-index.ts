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

/** Thrown at the end of a run in which some rows failed; the others were worked on all the same. */
export class WorkIncomplete extends AggregateError {
  override readonly name = 'WorkIncomplete';
}

/** Works through rows one by one: one that fails keeps no other from its turn. @returns what failed */
export async function workThrough(
  rows: AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for await (const item of rows) {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** @throws WorkIncomplete, whose first cause is named in the log */
export function requireComplete(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  throw new WorkIncomplete(failures, `${failures.length} rows failed`, { cause: failures[0] });
}
