/** Everything that the deployed stack keeps or tells, as text, store by store; bundles and mails aside, which are the data. */
import { readFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { getFromEngine } from '#infra/local/engine-clients.ts';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { sfnClient } from '#shared/aws/sfn.ts';

export const output = (name: string): string => inject('stack').outputs[name] ?? '';
const tableNames = (): string[] =>
  Object.entries(inject('stack').outputs).flatMap(([name, value]) =>
    name.endsWith('TableName') ? [value] : [],
  );

export type StoreTexts = () => Promise<string[]>;

async function logs(): Promise<string[]> {
  const client = new CloudWatchLogsClient();
  const texts: string[] = [];
  for await (const groups of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of groups.logGroups ?? []) {
      for await (const page of paginateFilterLogEvents({ client }, { logGroupName })) {
        texts.push(...(page.events ?? []).map(({ message = '' }) => message));
      }
    }
  }
  return texts;
}

async function histories(): Promise<string[]> {
  const client = sfnClient();
  const texts: string[] = [];
  for await (const page of paginateListExecutions(
    { client },
    { stateMachineArn: output('ExportMachineArn') },
  )) {
    for (const { executionArn, name = '' } of page.executions ?? []) {
      texts.push(name);
      for await (const history of paginateGetExecutionHistory({ client }, { executionArn })) {
        texts.push(JSON.stringify(history.events));
      }
    }
  }
  return texts;
}

async function tableItems(): Promise<string[]> {
  const client = dynamoClient();
  const texts: string[] = [];
  for (const TableName of tableNames()) {
    for await (const page of paginateScan({ client }, { TableName })) {
      texts.push(...(page.Items ?? []).map((item) => JSON.stringify(item, readable)));
    }
  }
  return texts;
}

/** Binary attributes as their bytes, so that plain text in one is seen. */
const readable = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;

/** Keys and metadata of every object; of staged objects the bytes too, which are sealed. */
async function objects(): Promise<string[]> {
  const client = s3Client();
  const texts: string[] = [];
  for (const [Bucket, withBody] of [
    [output('StagingBucketName'), true],
    [output('BundlesBucketName'), false],
  ] as const) {
    for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
      for (const { Key = '' } of page.Contents ?? []) {
        const { Body, Metadata } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        texts.push(Key, JSON.stringify(Metadata), ...(withBody ? [bytes.toString('latin1')] : []));
      }
    }
  }
  return texts;
}

export const stores: Record<string, StoreTexts> = {
  logs,
  histories,
  'table items': tableItems,
  objects,
  'queue messages': async () => [
    JSON.stringify(await getFromEngine(inject('engine'), '/_ministack/sqs/messages')),
  ],
  'the engine’s own log': () => Promise.resolve([readFileSync(inject('engine').logFile, 'utf8')]),
};
