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
const tables = ['Directory', 'Index', 'Records', 'Keys', 'Requests', 'Ledger', 'Sites', 'Ephemeral'] as const;
type TableName = (typeof tables)[number];
/** The name of a table as the stores are called: `the table requests`. */
type TableStore = `the table ${Lowercase<TableName>}`;
const tableStore = (table: TableName) => `the table ${table.toLowerCase()}` as TableStore;

type StoreTexts = () => Promise<string[]>;
type StoreName =
  | TableStore
  | 'logs'
  | 'the histories of exports'
  | 'the histories of erasures'
  | 'receipts'
  | 'objects'
  | 'queue messages'
  | 'the engine’s own log';

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

const histories = (machine: 'Export' | 'Erasure') => async (): Promise<string[]> => {
  const client = sfnClient();
  const texts: string[] = [];
  const stateMachineArn = output(`${machine}MachineArn`);
  for await (const page of paginateListExecutions({ client }, { stateMachineArn })) {
    for (const { executionArn, name = '' } of page.executions ?? []) {
      texts.push(name);
      for await (const history of paginateGetExecutionHistory({ client }, { executionArn })) {
        texts.push(JSON.stringify(history.events));
      }
    }
  }
  return texts;
};

const itemsOf = (table: TableName) => async (): Promise<string[]> => {
  const client = dynamoClient();
  const texts: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: output(`${table}TableName`) })) {
    texts.push(...(page.Items ?? []).map((item) => JSON.stringify(item, readable)));
  }
  return texts;
};

/** Binary attributes as their bytes and sets as what is in them, so that plain text in one is seen. */
const readable = (_key: string, value: unknown): unknown => {
  if (value instanceof Set) return [...(value as Set<unknown>)];
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
};

/** What is signed in the receipts: in the rows it is encoded as a whole. */
async function receipts(): Promise<string[]> {
  const client = dynamoClient();
  const texts: string[] = [];
  const input = {
    TableName: output('RequestsTableName'),
    FilterExpression: 'begins_with(sk, :receipt)',
    ExpressionAttributeValues: { ':receipt': 'RECEIPT#' },
  };
  for await (const { Items = [] } of paginateScan({ client }, input)) {
    for (const { jws } of Items)
      texts.push(
        ...String(jws)
          .split('.')
          .slice(0, 2)
          .map((part) => Buffer.from(part, 'base64url').toString('utf8')),
      );
  }
  return texts;
}

/** The same for every table of the stack. */
export const perTable = <Made>(make: (table: TableName) => Made): Record<TableStore, Made> =>
  Object.fromEntries(tables.map((table) => [tableStore(table), make(table)])) as Record<TableStore, Made>;

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

export const stores: Record<StoreName, StoreTexts> = {
  logs,
  'the histories of exports': histories('Export'),
  'the histories of erasures': histories('Erasure'),
  ...perTable(itemsOf),
  receipts,
  objects,
  'queue messages': async () => [
    JSON.stringify(await getFromEngine(inject('engine'), '/_ministack/sqs/messages')),
  ],
  'the engine’s own log': () => Promise.resolve([readFileSync(inject('engine').logFile, 'utf8')]),
};

export const storeNames = Object.keys(stores) as StoreName[];
/** Tables that the deployed stack has, by its outputs: none may be left out here. */
export const deployedTables = (): TableStore[] =>
  Object.keys(inject('stack').outputs).flatMap((name) => {
    const [, table] = /^(\w+)TableName$/.exec(name) ?? [];
    return table === undefined ? [] : [tableStore(table as TableName)];
  });
