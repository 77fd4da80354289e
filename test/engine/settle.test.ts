import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Deployment } from '#infra/local/deploy.ts';
import { clientSettings } from '#infra/local/engine-clients.ts';
import { settle } from '#infra/local/settle.ts';
import { deployCanary } from '#test/support/engine-canary.ts';

const engine = inject('engine');
const settings = clientSettings(engine);
const tables = new DynamoDBClient(settings);
const buckets = new S3Client({ ...settings, forcePathStyle: true });
let canary: Deployment;
let settled: string[];

beforeAll(async () => {
  canary = await deployCanary(engine);
  await settle(engine, canary.stackName, canary.template);
  settled = await settle(engine, canary.stackName, canary.template); // twice, as a second start would
});

async function describeTable(output: string) {
  const TableName = canary.outputs[output];
  const timeToLive = await tables.send(new DescribeTimeToLiveCommand({ TableName }));
  const backups = await tables.send(new DescribeContinuousBackupsCommand({ TableName }));
  const { Table } = await tables.send(new DescribeTableCommand({ TableName }));
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return {
    expiry: timeToLive.TimeToLiveDescription,
    recovery: recovery?.PointInTimeRecoveryStatus,
    key: Table?.SSEDescription?.KMSMasterKeyArn,
  };
}

describe('what the template says and the engine drops is there after settling', () => {
  it('of a table: expiry attribute, recovery window, key', async () => {
    const table = await describeTable('TableName');

    expect(table.expiry).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    expect(table).toMatchObject({ recovery: 'ENABLED' });
    expect(table.key).toContain(canary.outputs['KeyId']);
  });

  it('of a global table with one replica: the same', async () => {
    const table = await describeTable('GlobalTableName');

    expect(table.expiry).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'endsAt' });
    expect(table).toMatchObject({ recovery: 'ENABLED' });
    expect(table.key).toContain(canary.outputs['KeyId']);
  });

  it('of a bucket: encryption and lifecycle', async () => {
    const Bucket = canary.outputs['BucketName'];

    const encryption = await buckets.send(new GetBucketEncryptionCommand({ Bucket }));
    const lifecycle = await buckets.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));

    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      {
        BucketKeyEnabled: true,
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: 'aws:kms',
          KMSMasterKeyID: expect.stringContaining(canary.outputs['KeyId'] ?? '?') as unknown,
        },
      },
    ]);
    expect(lifecycle.Rules).toMatchObject([
      { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'staging/' }, Expiration: { Days: 7 } },
      { ID: 'broken', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
  });

  it('it says which resources it looked after', () => {
    expect(settled.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'Bucket',
      'GlobalTable',
      'Table',
    ]);
  });
});

it('nothing is written to an endpoint that is not on this machine', async () => {
  const elsewhere = { ...engine, url: 'https://dynamodb.eu-central-1.amazonaws.com' };

  await expect(settle(elsewhere, canary.stackName, canary.template)).rejects.toThrow('refused');
});
