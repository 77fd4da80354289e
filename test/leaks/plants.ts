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
import { output, type stores } from './stores.ts';

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
  histories: (value) =>
    sfnClient().send(
      new StartExecutionCommand({
        stateMachineArn: output('ExportMachineArn'),
        name: randomUUID(),
        input: JSON.stringify({ requestId: randomUUID(), attempt: 1, to: value }),
      }),
    ),
  'table items': (value) =>
    dynamoClient().send(
      new PutCommand({
        TableName: output('EphemeralTableName'),
        Item: { pk: randomUUID(), sk: 'X', b: Buffer.from(`..${value}`) },
      }),
    ),
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
