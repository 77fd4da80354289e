import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A DynamoDB table with string keys `pk` and `sk`, as every table of this stack has. */
export type Table = { readonly client: DynamoDBDocumentClient; readonly name: string };
export type Key = { readonly pk: string; readonly sk: string };
export type Item = Record<string, unknown>;

export const openTable = (client: DynamoDBDocumentClient, name: string): Table => ({ client, name });

/** Strongly consistent by default: rules decide on what is stored, not on what was. */
export async function getItem(table: Table, key: Key, consistent = true): Promise<Item | undefined> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: consistent }),
  );
  return answer.Item;
}

export type QueryInput = Omit<QueryCommandInput, 'TableName'>;
/** One page of a Query; `next` is the key to go on from, undefined at the end. */
export type QueryPage = { readonly items: Item[]; readonly next: Item | undefined };

/** One page: at most 1 MB as DynamoDB cuts it, or `Limit`. Consistent, except on an index, which cannot be. */
export async function queryPage(table: Table, input: QueryInput): Promise<QueryPage> {
  const command = new QueryCommand({ ConsistentRead: !input.IndexName, ...input, TableName: table.name });
  const page = await table.client.send(command);
  return { items: page.Items ?? [], next: page.LastEvaluatedKey };
}

/**
 * The pages of a Query, following the continuation key to the end.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export async function* queryPages(table: Table, input: QueryInput): AsyncGenerator<QueryPage, void> {
  let next = input.ExclusiveStartKey as Item | undefined;
  do {
    const page = await queryPage(table, { ...input, ...(next ? { ExclusiveStartKey: next } : {}) });
    yield page;
    next = page.next;
  } while (next);
}

/** All items of a partition whose sort key starts with `prefix`. For partitions that are small by design. */
export async function queryAll(table: Table, pk: string, prefix = ''): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(table, partition(pk, prefix))) items.push(...page.items);
  return items;
}

/** Query input for one partition, optionally only sort keys with a prefix. */
export function partition(pk: string, prefix = ''): QueryInput {
  if (prefix === '') return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
  };
}
