import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { readStage } from '#infra/config.ts';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { countParams } from '#shared/http/count-within.ts';
import { claimOnce } from '#shared/http/once.ts';
import { createNamer } from './physical-names.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const tables = new Map(
  ofType(template, 'AWS::DynamoDB::Table').map(([path, properties, resource]) => [
    path.replace('Tables/', ''),
    { ...properties, resource },
  ]),
);
const every = ['directory', 'ephemeral', 'index', 'keys', 'ledger', 'records', 'requests', 'sites'];
const property = (table: string, name: string): unknown =>
  (tables.get(table) as Record<string, unknown> | undefined)?.[name];

describe('tables', () => {
  it('are eight, one per power', () => {
    expect([...tables.keys()].toSorted()).toEqual(every);
    expect(ofType(template, 'AWS::DynamoDB::GlobalTable')).toEqual([]);
  });

  it.each(every)('G26: %s is encrypted by the storage key', (table) => {
    const render = createNamer(template);
    const sse = property(table, 'SSESpecification') as Record<string, unknown>;
    expect({ ...sse, KMSMasterKeyId: render(sse['KMSMasterKeyId']) }).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/storage',
    });
  });

  it.each(every)('%s has string keys pk and sk, pays per request, and has no stream', (table) => {
    expect(property(table, 'KeySchema')).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(property(table, 'BillingMode')).toBe('PAY_PER_REQUEST');
    for (const copy of ['StreamSpecification', 'KinesisStreamSpecification', 'ImportSourceSpecification'])
      expect(property(table, copy), copy).toBeUndefined();
  });

  it.each([
    ['directory', 35],
    ['records', 35],
    ['requests', 35],
    ['ledger', 35],
    ['sites', 35],
    ['keys', 1],
  ])('A9: %s can be recovered for %i days, as its horizon says', (table, days) => {
    expect(property(table, 'PointInTimeRecoverySpecification')).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: days,
    });
  });

  it.each(['index', 'ephemeral'])('A9: %s has no recovery', (table) => {
    expect(property(table, 'PointInTimeRecoverySpecification')).toBeUndefined();
  });

  it('A9: of keys there is no copy that outlives them: no index, replica, stream, TTL, backup plan', () => {
    const keys = JSON.stringify(tables.get('keys'));
    expect(keys).not.toMatch(/Index|Replica|Stream|TimeToLive|ResourcePolicy/);
    const types = new Set(Object.values(template).map(({ Type }) => Type));
    const copying = [...types].filter((type) =>
      /^AWS::(Backup|Kinesis|KinesisFirehose|Glue|Pipes|DMS|DataPipeline)::/.test(type),
    );
    expect(copying).toEqual([]);
  });

  it('only requests has an index, and one', () => {
    expect(every.filter((table) => property(table, 'GlobalSecondaryIndexes') !== undefined)).toEqual([
      'requests',
    ]);
    expect(every.filter((table) => property(table, 'LocalSecondaryIndexes') !== undefined)).toEqual([]);
    expect(property('requests', 'GlobalSecondaryIndexes')).toEqual([
      {
        IndexName: 'work',
        KeySchema: [
          { AttributeName: 'workPk', KeyType: 'HASH' },
          { AttributeName: 'workSk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('only ephemeral expires by TTL', () => {
    expect(every.filter((table) => property(table, 'TimeToLiveSpecification') !== undefined)).toEqual([
      'ephemeral',
    ]);
  });

  it('the TTL attribute is the one that the code writes, in seconds', async () => {
    const { AttributeName: attribute, Enabled } = property('ephemeral', 'TimeToLiveSpecification') as {
      AttributeName: string;
      Enabled: boolean;
    };
    expect(Enabled).toBe(true);
    const now = new Date('2026-11-24T12:00:00Z');
    const tomorrow = now.getTime() / 1000 + 24 * 60 * 60;

    const counter = countParams('t', { name: 'n', subject: 's', limit: 1, windowSeconds: 60 }, now);
    expect(counter.ExpressionAttributeNames).toHaveProperty('#ttl', attribute);

    const calls = mockClient(DynamoDBDocumentClient);
    calls.on(PutCommand).resolves({});
    await claimOnce(openTable(dynamoClient(), 't'), { scope: 's', key: 'k', rawBody: Buffer.of() }, now);
    expect(calls.commandCalls(PutCommand)[0]?.args[0].input.Item).toHaveProperty(attribute, tomorrow);
  });

  it('keepData: a stage that keeps its data protects and retains every table, another none', () => {
    const kept = [...tables.values()].map(({ resource }) => resource);
    expect(new Set(kept.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['Retain']));
    expect(new Set(kept.map(({ Properties }) => Properties['DeletionProtectionEnabled']))).toEqual(
      new Set([true]),
    );

    const given = ofType(synthesize(readStage('local', {})), 'AWS::DynamoDB::Table').map(
      ([, , resource]) => resource,
    );
    expect(new Set(given.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['Delete']));
    expect(new Set(given.map(({ Properties }) => Properties['DeletionProtectionEnabled']))).toEqual(
      new Set([false]),
    );
  });
});
