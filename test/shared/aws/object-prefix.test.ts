import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchUpload,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteObjects, listObjects, listUploads } from '#shared/aws/object-prefix.ts';

const s3 = new S3Client({ region: 'eu-central-1' });
const calls = mockClient(s3);
const bucket = { s3, name: 'staging' };
const pages = [
  {
    Contents: [
      { Key: 'r1/1', Size: 10 },
      { Key: 'r1/2', Size: 20 },
    ],
    NextContinuationToken: 'two',
  },
  { Contents: [{ Key: 'r1/3' }], NextContinuationToken: 'three' },
  {},
];
/** What each call asked for: the paginator of the SDK goes on with one input object. */
let asked: unknown[];

beforeEach(() => {
  asked = [];
  calls.reset();
  calls.on(ListMultipartUploadsCommand).resolves({});
  calls
    .on(ListObjectsV2Command)
    .callsFake(({ Bucket, Prefix, ContinuationToken }: Record<string, unknown>) => {
      asked.push([Bucket, Prefix, ContinuationToken]);
      return pages[asked.length - 1];
    });
});

describe('a prefix of objects', () => {
  it('is listed page by page, from the token of the page before', async () => {
    const listed: unknown[] = [];

    for await (const one of listObjects(bucket, 'r1/')) listed.push(one);

    expect(listed).toEqual([
      { key: 'r1/1', bytes: 10 },
      { key: 'r1/2', bytes: 20 },
      { key: 'r1/3', bytes: 0 },
    ]);
    expect(asked).toEqual([
      ['staging', 'r1/', undefined],
      ['staging', 'r1/', 'two'],
      ['staging', 'r1/', 'three'],
    ]);
  });

  it('A8: is deleted whole, and counted', async () => {
    calls.on(DeleteObjectCommand).resolves({});

    expect(await deleteObjects(bucket, 'r1/')).toBe(3);
    expect(calls.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input)).toEqual(
      ['r1/1', 'r1/2', 'r1/3'].map((Key) => ({ Bucket: 'staging', Key })),
    );
  });

  it('A8: is not said to be deleted where one object was not', async () => {
    calls.on(DeleteObjectCommand).resolvesOnce({}).rejects(new Error('AccessDenied'));

    await expect(deleteObjects(bucket, 'r1/')).rejects.toThrow('AccessDenied');
  });
});

describe('uploads in parts that were cut off', () => {
  const listed = async (): Promise<string[]> => {
    const uploads: string[] = [];
    for await (const { uploadId } of listUploads(bucket, 'r1/')) uploads.push(uploadId);
    return uploads;
  };
  beforeEach(() => {
    calls
      .on(ListMultipartUploadsCommand, { Bucket: 'staging', Prefix: 'r1/' })
      .resolves({
        Uploads: [
          { Key: 'r1/1.zip', UploadId: 'one' },
          // As from an S3 that does not keep to the prefix.
          { Key: 'r2/1.zip', UploadId: 'of another request' },
        ],
        ...{ IsTruncated: true, NextKeyMarker: 'r1/1.zip', NextUploadIdMarker: 'one' },
      })
      .on(ListMultipartUploadsCommand, { KeyMarker: 'r1/1.zip', UploadIdMarker: 'one' })
      .resolves({ Uploads: [{ Key: 'r1/2.zip', UploadId: 'two' }], IsTruncated: false });
  });

  it('are listed page by page, and none of another prefix', async () => {
    expect(await listed()).toEqual(['one', 'two']);
  });

  it('A8: are ended before objects are listed, also where one has ended meanwhile', async () => {
    const ended = new NoSuchUpload({ message: 'no such upload', $metadata: {} });
    calls.on(AbortMultipartUploadCommand).rejectsOnce(ended).resolves({});
    calls.on(DeleteObjectCommand).resolves({});

    expect(await deleteObjects(bucket, 'r1/')).toBe(3);

    const aborts = calls.commandCalls(AbortMultipartUploadCommand).map((call) => call.args[0].input);
    expect(aborts).toEqual([
      { Bucket: 'staging', Key: 'r1/1.zip', UploadId: 'one' },
      { Bucket: 'staging', Key: 'r1/2.zip', UploadId: 'two' },
    ]);
    const order = calls.calls().map(({ args }) => args[0].constructor.name);
    expect(order.lastIndexOf('AbortMultipartUploadCommand')).toBeLessThan(
      order.indexOf('ListObjectsV2Command'),
    );
  });

  it('A8: are not said to be deleted where one was not ended', async () => {
    calls.on(AbortMultipartUploadCommand).rejects(new Error('AccessDenied'));

    await expect(deleteObjects(bucket, 'r1/')).rejects.toThrow('AccessDenied');
  });
});
