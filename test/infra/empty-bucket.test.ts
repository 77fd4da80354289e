import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { BucketNotEmptied, emptyBucket } from '#infra/deploy/empty-bucket.ts';

const s3 = mockClient(S3Client);
const client = new S3Client({ region: 'eu-central-1' });

beforeEach(() => {
  s3.reset();
});

describe('emptying a bucket before it is destroyed', () => {
  it('deletes page by page, to the last', async () => {
    s3.on(ListObjectsV2Command, { Bucket: 'b', ContinuationToken: undefined })
      .resolves({ Contents: [{ Key: 'one' }, { Key: 'two' }], NextContinuationToken: 'more' })
      .on(ListObjectsV2Command, { Bucket: 'b', ContinuationToken: 'more' })
      .resolves({ Contents: [{ Key: 'three' }] });
    s3.on(DeleteObjectsCommand).resolves({});

    expect(await emptyBucket(client, 'b')).toBe(3);

    const deleted = s3
      .commandCalls(DeleteObjectsCommand)
      .map(({ args: [{ input }] }) => input.Delete?.Objects);
    expect(deleted).toEqual([[{ Key: 'one' }, { Key: 'two' }], [{ Key: 'three' }]]);
  });

  it('asks for nothing to be deleted in an empty bucket', async () => {
    s3.on(ListObjectsV2Command).resolves({});
    expect(await emptyBucket(client, 'b')).toBe(0);
    expect(s3.commandCalls(DeleteObjectsCommand)).toEqual([]);
  });

  it('stops when S3 keeps an object, and names no key', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'someone' }] });
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'someone', Code: 'AccessDenied' }] });
    const refused = emptyBucket(client, 'b');
    await expect(refused).rejects.toThrow(BucketNotEmptied);
    await expect(refused).rejects.toThrow('b: 1 objects not deleted (AccessDenied)');
  });
});
