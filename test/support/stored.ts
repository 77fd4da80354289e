import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Item, type Table } from '#shared/aws/table.ts';

/** A table of the deployed stack, as nobody but a test can open it: with every power. */
export const stackTable = (name: string): Table =>
  openTable(dynamoClient(), inject('stack').outputs[`${name}TableName`] ?? '');

const tableNames = (): string[] =>
  Object.keys(inject('stack').outputs).flatMap((output) => /^(\w+)TableName$/.exec(output)?.[1] ?? []);

/** Every item of every table, by `table pk sk`. */
export async function scanEverything(): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  for (const name of tableNames()) {
    for (const item of await scan(stackTable(name)))
      found.set(`${name} ${String(item['pk'])} ${String(item['sk'])}`, item);
  }
  return found;
}

async function scan({ client, name }: Table): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: start }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
