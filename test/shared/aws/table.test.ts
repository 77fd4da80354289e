import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { getItem, openTable, partition, queryAll, queryPage, queryPages } from '#shared/aws/table.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const table = openTable(client, 'directory');
const item = (n: number) => ({ pk: 'P#1', sk: `ID#${n}` });
/** Three pages; the second is empty, as a filter or a size limit may make one. */
const threePages = () =>
  dynamo
    .on(QueryCommand)
    .resolvesOnce({ Items: [item(1), item(2)], LastEvaluatedKey: item(2) })
    .resolvesOnce({ Items: [], LastEvaluatedKey: item(7) })
    .resolvesOnce({ Items: [item(8)] });

beforeEach(() => dynamo.reset());

describe('queryPages', () => {
  it('goes on from exactly the key that the page before answered, over empty pages too', async () => {
    threePages();
    const pages: unknown[] = [];

    for await (const page of queryPages(table, partition('P#1', 'ID#'))) pages.push(page.items);

    expect(pages).toEqual([[item(1), item(2)], [], [item(8)]]);
    const inputs = dynamo.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(inputs.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, item(2), item(7)]);
    expect(inputs.map(({ TableName, ConsistentRead }) => [TableName, ConsistentRead])).toEqual(
      Array.from({ length: 3 }, () => ['directory', true]),
    );
  });

  it('reads no page that nobody asks for', async () => {
    threePages();

    for await (const page of queryPages(table, partition('P#1'))) if (page.items.length > 0) break;

    expect(dynamo).toReceiveCommandTimes(QueryCommand, 1);
  });

  it('starts where it is told to', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [] });

    for await (const _ of queryPages(table, { ...partition('P#1'), ExclusiveStartKey: item(5) }));

    expect(dynamo).toHaveReceivedCommandWith(QueryCommand, { ExclusiveStartKey: item(5) });
  });
});

describe('queryAll', () => {
  it('gives every item of every page once, by prefix where one is asked for', async () => {
    threePages();

    expect(await queryAll(table, 'P#1', 'ID#')).toEqual([item(1), item(2), item(8)]);
    expect(dynamo).toHaveReceivedNthCommandWith(QueryCommand, 3, {
      TableName: 'directory',
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': 'P#1', ':prefix': 'ID#' },
      ExclusiveStartKey: item(7),
    });
  });

  it('without a prefix asks for the whole partition: an empty one matches nothing in DynamoDB', () => {
    expect(partition('P#1')).toEqual({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'P#1' },
    });
  });
});

describe('reads', () => {
  it('are strongly consistent, except on an index, which cannot be', async () => {
    dynamo.on(QueryCommand).resolves({}).on(GetCommand).resolves({});

    await queryPage(table, { ...partition('x'), IndexName: 'work' });
    const found = await getItem(table, { pk: 'P#1', sk: 'META' });

    expect(found).toBeUndefined();
    expect(dynamo).toHaveReceivedCommandWith(QueryCommand, { IndexName: 'work', ConsistentRead: false });
    expect(dynamo).toHaveReceivedCommandWith(GetCommand, {
      TableName: 'directory',
      Key: { pk: 'P#1', sk: 'META' },
      ConsistentRead: true,
    });
  });
});
