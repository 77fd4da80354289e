import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { markPages, type MarkPage, type MarkRange } from '#shared/vault/record-marks.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const records = openTable(client, 'records');
const mark = (n: number) => ({ sk: `device#${n}`, dataset: 'device', scope: 'ordinary' });
const key = (n: number) => ({ pk: 'P#p1', sk: `device#${n}` });
const inputs = () => dynamo.commandCalls(QueryCommand).map((call) => call.args[0].input);
async function read(range: MarkRange = {}, most = Infinity): Promise<MarkPage[]> {
  const pages: MarkPage[] = [];
  for await (const page of markPages(records, 'p1', range)) {
    pages.push(page);
    if (pages.length >= most) break;
  }
  return pages;
}

beforeEach(() => {
  dynamo.reset();
  dynamo
    .on(QueryCommand)
    .resolvesOnce({ Items: [mark(1), mark(2)], LastEvaluatedKey: key(2) })
    .resolvesOnce({ Items: [], LastEvaluatedKey: key(7) })
    .resolvesOnce({ Items: [mark(8)] });
});

describe('markPages', () => {
  it('follows the continuation key to the end, over empty pages too, and says when more follows', async () => {
    expect(await read()).toEqual([
      { marks: [mark(1), mark(2)], last: 'device#2', more: true },
      { marks: [], last: undefined, more: true },
      { marks: [mark(8)], last: 'device#8', more: false },
    ]);
    expect(inputs().map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, key(2), key(7)]);
  });

  it('A6: asks consistently, for nothing of what records say', async () => {
    await read();

    for (const input of inputs()) {
      expect(input).toMatchObject({ TableName: 'records', ConsistentRead: true, Limit: 1_500 });
      expect(input.ProjectionExpression).toBe('sk, #scope, heldBy');
    }
  });

  it('starts behind the key that it is told, in pages of the size that it is told', async () => {
    await read({ after: 'device#0', pageSize: 2 });

    expect(inputs()[0]).toMatchObject({ ExclusiveStartKey: key(0), Limit: 2 });
  });

  it('has one page on the way and no more, whose failure concerns nobody who has stopped', async () => {
    dynamo.reset();
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: [mark(1)], LastEvaluatedKey: key(1) })
      .rejects(new Error('throttled'));

    expect(await read({}, 1)).toHaveLength(1);
    expect(inputs()).toHaveLength(2);
    await expect(read()).rejects.toThrow('throttled');
  });
});
