import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { output, perTable, type stores } from './stores.ts';

const startWith = (machine: 'Export' | 'Erasure', value: string) =>
  sfnClient().send(
    new StartExecutionCommand({
      stateMachineArn: output(`${machine}MachineArn`),
      name: randomUUID(),
      input: JSON.stringify({ requestId: randomUUID(), attempt: 1, to: value }),
    }),
  );
const put = (table: string, item: Record<string, unknown>) =>
  dynamoClient().send(
    new PutCommand({
      TableName: output(`${table}TableName`),
      Item: { pk: `planted-${randomUUID()}`, ...item },
    }),
  );

/** Puts a value where a leak would put it, store by store. */
export const plants: Record<keyof typeof stores, (value: string) => Promise<unknown>> = {
  logs: async (value) => {
    const client = new CloudWatchLogsClient();
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    const names = { logGroupName: logGroups?.[0]?.logGroupName, logStreamName: randomUUID() };
    await client.send(new CreateLogStreamCommand(names));
    await client.send(
      new PutLogEventsCommand({
        ...names,
        logEvents: [{ timestamp: Date.now(), message: `{"to":"${value}"}` }],
      }),
    );
  },
  'the histories of exports': (value) => startWith('Export', value),
  'the histories of erasures': (value) => startWith('Erasure', value),
  ...perTable(
    (table) => (value: string) =>
      put(table, { sk: 'X', bytes: Buffer.from(`..${value}`), set: new Set([`in a set: ${value}`]) }),
  ),
  receipts: (value) => {
    const payload = Buffer.from(JSON.stringify({ subject: value })).toString('base64url');
    return put('Requests', { sk: `RECEIPT#${randomUUID()}`, jws: `e30.${payload}.c2ln` });
  },
  objects: (value) =>
    s3Client().send(
      new PutObjectCommand({ Bucket: output('StagingBucketName'), Key: `planted/${value}`, Body: 'x' }),
    ),
  'queue messages': (value) =>
    sqsClient().send(
      new SendMessageCommand({
        QueueUrl: output('EffectsQueueUrl'),
        MessageBody: JSON.stringify({ to: value }),
        DelaySeconds: 30,
      }),
    ),
  'the engine’s own log': (value) => {
    appendFileSync(inject('engine').logFile, `WARNING mail to ${value}\n`);
    return Promise.resolve();
  },
};
