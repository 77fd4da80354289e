import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const items = [
  { Put: { TableName: 't', Item: { pk: 'a', sk: '1' } } },
  { Delete: { TableName: 't', Key: { pk: 'b', sk: '1' } } },
];
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const atOnce = () => 0;

beforeEach(() => dynamo.reset());

describe('transact', () => {
  it('sends all items in one call', async () => {
    dynamo.on(TransactWriteCommand).resolves({});

    await transact(client, items);

    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 1);
    expect(dynamo).toHaveReceivedCommandWith(TransactWriteCommand, { TransactItems: items });
  });

  it.each([
    [['TransactionConflict', 'None']],
    [['None', 'ThrottlingError']],
    [['ProvisionedThroughputExceeded', 'TransactionConflict']],
  ])('tries again after %j, with all the same items', async (codes) => {
    dynamo
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled(...codes))
      .rejectsOnce(cancelled(...codes))
      .resolves({});

    await transact(client, items, { random: atOnce });

    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 3);
    expect(dynamo).toHaveReceivedLastCommandWith(TransactWriteCommand, { TransactItems: items });
  });

  it('waits by chance, up to twice as long from try to try, so that two do not meet again', async () => {
    dynamo.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    const longest: number[] = [];
    for (const tries of [2, 3, 4]) {
      const start = performance.now();
      await transact(client, items, { tries, random: () => 1 }).catch(() => undefined);
      longest.push(performance.now() - start);
    }

    // 40, 40 + 80, 40 + 80 + 160 milliseconds at most; timers may fire one early.
    expect(longest.map((waited, n) => waited >= ([39, 118, 277][n] ?? 0))).toEqual([true, true, true]);

    const start = performance.now();
    await transact(client, items, { tries: 5, random: atOnce }).catch(() => undefined);
    expect(performance.now() - start).toBeLessThan(300);
  });

  it('stops after its tries, with the error of the last', async () => {
    dynamo.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    const tried = transact(client, items, { tries: 3, random: atOnce });

    await expect(tried).rejects.toBeInstanceOf(TransactionCanceledException);
    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 3);
  });

  it('never repeats what a condition refused, and names the items, also beside a conflict', async () => {
    dynamo
      .on(TransactWriteCommand)
      .rejects(cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict', 'ConditionalCheckFailed'));
    const refused = transact(client, items);

    await expect(refused).rejects.toMatchObject({ name: 'TransactionRefused', failed: [1, 3] });
    await expect(refused).rejects.toBeInstanceOf(TransactionRefused);
    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 1);
  });

  it.each([
    { error: cancelled('ItemCollectionSizeLimitExceeded'), what: 'another reason' },
    { error: cancelled(), what: 'no reason' },
    { error: new Error('connection lost'), what: 'another error' },
  ])('does not repeat $what', async ({ error }) => {
    dynamo.on(TransactWriteCommand).rejects(error);

    await expect(transact(client, items)).rejects.toBe(error);
    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 1);
  });
});
