import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteItems } from '#shared/aws/delete-items.ts';
import { inFlight } from '#shared/aws/in-flight.ts';
import { openTable } from '#shared/aws/table.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const table = openTable(client, 'records');
const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: 'P#1', sk: `device#${n}` }));
const deletes = (list: object[]) => list.map((Key) => ({ DeleteRequest: { Key } }));
const asked = () =>
  dynamo.commandCalls(BatchWriteCommand).map((call) => call.args[0].input.RequestItems?.['records']);
async function deleteAll(count: number): Promise<void> {
  const flight = inFlight(2);
  await deleteItems(table, keys(count), flight);
  await flight.end();
}

beforeEach(() => dynamo.reset());
afterEach(() => vi.restoreAllMocks());

describe('deleteItems', () => {
  it('asks in batches of 25, each row once', async () => {
    dynamo.on(BatchWriteCommand).resolves({});

    await deleteAll(60);

    expect(asked().map((batch) => batch?.length)).toEqual([25, 25, 10]);
    expect(asked().flat()).toEqual(deletes(keys(60)));
  });

  it('asks again for what was left unprocessed, and for that alone', async () => {
    const left = deletes(keys(3));
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { records: left } })
      .resolvesOnce({ UnprocessedItems: { records: left.slice(1) } })
      .resolves({ UnprocessedItems: {} });

    await deleteAll(5);

    expect(asked()).toEqual([deletes(keys(5)), left, left.slice(1)]);
  });

  it('A6: does not say that it deleted what DynamoDB never takes', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { records: deletes(keys(1)) } });

    await expect(deleteAll(1)).rejects.toMatchObject({ name: 'DeletesUnprocessed' });
    expect(asked().length).toBeGreaterThan(5);
  });

  it('asks nothing for no rows', async () => {
    await deleteAll(0);

    expect(asked()).toEqual([]);
  });
});
