import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { putRecord, readRecords, recordKey, type RecordRow } from '#shared/vault/record-store.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const records = openTable(client, 'records');
const at = '2027-06-15T12:00:00.000Z';
const keyOf = (n: number) => recordKey('p1', 'device', `r${n}`);
const rowOf = (n: number): RecordRow => ({
  dataset: 'device',
  recordId: `r${n}`,
  scope: 'ordinary',
  basis: 'consent',
  collectedAt: at,
  storedAt: at,
  digest: `digest-${n}`,
  ciphertext: new Uint8Array([n]),
});
const item = (n: number) => ({ ...keyOf(n), ...rowOf(n) });
const asked = (...Keys: object[]) => ({ RequestItems: { records: { Keys, ConsistentRead: true } } });

beforeEach(() => dynamo.reset());

describe('readRecords', () => {
  it('asks again for what was left unprocessed, for that alone, until all is answered', async () => {
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { records: [item(1)] },
        UnprocessedKeys: { records: { Keys: [keyOf(2), keyOf(3), keyOf(4)] } },
      })
      .resolvesOnce({ UnprocessedKeys: { records: { Keys: [keyOf(2), keyOf(3), keyOf(4)] } } })
      .resolvesOnce({ Responses: { records: [item(4)] }, UnprocessedKeys: { records: { Keys: [keyOf(3)] } } })
      .resolvesOnce({ Responses: { records: [item(3)] }, UnprocessedKeys: {} });

    const found = await readRecords(records, [1, 2, 3, 4].map(keyOf));

    expect([...found]).toEqual([
      ['device#r1', rowOf(1)],
      ['device#r4', rowOf(4)],
      ['device#r3', rowOf(3)],
    ]);
    expect(dynamo).toReceiveCommandTimes(BatchGetCommand, 4);
    expect(dynamo).toHaveReceivedNthCommandWith(BatchGetCommand, 1, asked(...[1, 2, 3, 4].map(keyOf)));
    expect(dynamo).toHaveReceivedNthCommandWith(BatchGetCommand, 2, asked(...[2, 3, 4].map(keyOf)));
    expect(dynamo).toHaveReceivedNthCommandWith(BatchGetCommand, 3, asked(...[2, 3, 4].map(keyOf)));
    expect(dynamo).toHaveReceivedNthCommandWith(BatchGetCommand, 4, asked(keyOf(3)));
  });

  it('gives up in the end, loudly: a key that was not answered is no missing row', async () => {
    dynamo.on(BatchGetCommand).resolves({ UnprocessedKeys: { records: { Keys: [keyOf(1)] } } });

    await expect(readRecords(records, [keyOf(1)], 2)).rejects.toThrow('left keys unprocessed');
    expect(dynamo).toReceiveCommandTimes(BatchGetCommand, 2);
  });

  it('asks nothing for nothing', async () => {
    expect((await readRecords(records, [])).size).toBe(0);
    expect(dynamo).toReceiveCommandTimes(BatchGetCommand, 0);
  });
});

describe('race 2: putRecord', () => {
  it('puts a first row where none is', () => {
    expect(putRecord(records, 'p1', rowOf(1), undefined).Put).toEqual({
      TableName: 'records',
      Item: item(1),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  it('replaces the row that was read, and no other', () => {
    expect(putRecord(records, 'p1', rowOf(1), { ...rowOf(1), digest: 'digest-0' }).Put).toMatchObject({
      ConditionExpression: 'digest = :standing',
      ExpressionAttributeValues: { ':standing': 'digest-0' },
    });
  });
});
