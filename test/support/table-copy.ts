import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from '#shared/aws/table.ts';

/** All that a table holds. */
export async function copyTable({ client, name }: Table): Promise<Item[]> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: next }));
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

/** Makes a table hold what a copy of it held, and nothing else: as point-in-time recovery does. */
export async function restoreTable(table: Table, copy: readonly Item[]): Promise<void> {
  const { client, name: TableName } = table;
  const keyOf = ({ pk, sk }: Item) => ({ pk, sk });
  const kept = new Set(copy.map((item) => JSON.stringify(keyOf(item))));
  for (const item of await copyTable(table))
    if (!kept.has(JSON.stringify(keyOf(item))))
      await client.send(new DeleteCommand({ TableName, Key: keyOf(item) }));
  for (const Item of copy) await client.send(new PutCommand({ TableName, Item }));
}
