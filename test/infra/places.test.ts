import { describe, expect, it } from 'vitest';
import { createNamer } from './physical-names.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const render = createNamer(template);
const buckets = ofType(template, 'AWS::S3::Bucket');
const queues = ofType(template, 'AWS::SQS::Queue');
const named = (path: string): string => path.replace(/^(Buckets|Queues)\//, '');

describe('buckets', () => {
  it('are staging and bundles', () => {
    expect(buckets.map(([path]) => path).toSorted()).toEqual(['Buckets/bundles', 'Buckets/staging']);
  });

  it.each(buckets)('G26: %s is encrypted by the storage key', (_, { BucketEncryption }) => {
    const rules = (BucketEncryption as { ServerSideEncryptionConfiguration: Record<string, unknown>[] })
      .ServerSideEncryptionConfiguration;
    expect(rules).toHaveLength(1);
    const by = rules[0]?.['ServerSideEncryptionByDefault'] as Record<string, unknown>;
    expect(by['SSEAlgorithm']).toBe('aws:kms');
    expect(render(by['KMSMasterKeyID'])).toMatch(/key\/storage$/);
    expect(rules[0]?.['BucketKeyEnabled']).toBe(true);
  });

  it.each(buckets)('%s is closed to the public', (_, properties) => {
    expect(properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(properties['OwnershipControls']).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  });

  it.each(buckets)('A8: %s keeps no version, lock, copy or access log', (_, properties) => {
    for (const copy of [
      'VersioningConfiguration',
      'ObjectLockEnabled',
      'ObjectLockConfiguration',
      'ReplicationConfiguration',
      'LoggingConfiguration',
      'InventoryConfigurations',
      'NotificationConfiguration',
    ])
      expect(properties[copy], copy).toBeUndefined();
  });

  it.each([
    ['Buckets/staging', 3],
    ['Buckets/bundles', 8],
  ])('G01: %s is swept after %i days, and parts of unfinished uploads after one', (path, days) => {
    const bucket = buckets.find(([each]) => each === path)?.[1];
    expect(bucket?.['LifecycleConfiguration']).toEqual({
      Rules: [
        {
          Id: 'broom',
          Status: 'Enabled',
          ExpirationInDays: days,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
  });
});

describe('queues', () => {
  it.each(queues.filter(([path]) => !path.endsWith('-dead')))(
    '%s hands what it cannot deliver to its dead-letter queue',
    (path, properties) => {
      const redrive = properties['RedrivePolicy'] as {
        deadLetterTargetArn: unknown;
        maxReceiveCount: number;
      };
      expect(render(redrive.deadLetterTargetArn)).toMatch(new RegExp(`:${named(path)}-dead$`));
      expect(redrive.maxReceiveCount).toBeGreaterThan(1);
      const days = (properties['MessageRetentionPeriod'] as number) / 86_400;
      expect(days).toBeGreaterThanOrEqual(1);
      expect(days).toBeLessThanOrEqual(4);
    },
  );

  it('are two, each with its dead-letter queue, which keeps its messages for fourteen days', () => {
    expect(queues.map(([path]) => named(path)).toSorted()).toEqual([
      'effects',
      'effects-dead',
      'mail',
      'mail-dead',
    ]);
    for (const [path, { MessageRetentionPeriod }] of queues)
      if (path.endsWith('-dead')) expect(MessageRetentionPeriod).toBe(14 * 86_400);
  });

  it('hide a message for six times as long as its function may take', () => {
    for (const [path, { VisibilityTimeout }] of queues)
      if (!path.endsWith('-dead')) expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * 60);
  });

  it('tries of a message end before the message does, so that it reaches the dead-letter queue', () => {
    for (const [path, { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod }] of queues) {
      if (path.endsWith('-dead')) continue;
      const { maxReceiveCount } = RedrivePolicy as { maxReceiveCount: number };
      expect(maxReceiveCount * (VisibilityTimeout as number)).toBeLessThan(MessageRetentionPeriod as number);
    }
  });

  it('feed their functions ten at a time, and only what failed comes again', () => {
    const sources = ofType(template, 'AWS::Lambda::EventSourceMapping').map(([path, properties]) => [
      path,
      render(properties['EventSourceArn']).split(':').at(-1),
      properties['BatchSize'],
      properties['FunctionResponseTypes'],
      properties['ScalingConfig'],
    ]);
    expect(sources.toSorted()).toEqual([
      ['QueueSendMessage/Source', 'mail', 10, ['ReportBatchItemFailures'], { MaximumConcurrency: 5 }],
      ['QueueStartWork/Source', 'effects', 10, ['ReportBatchItemFailures'], undefined],
    ]);
  });
});
