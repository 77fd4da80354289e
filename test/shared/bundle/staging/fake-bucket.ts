import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import type { Bucket } from '#shared/aws/object-prefix.ts';

/** A bucket in memory that keeps what is put and gives it back. */
export function fakeBucket(): Bucket & {
  objects: Map<string, Buffer>;
  calls: ReturnType<typeof mockClient>;
} {
  const s3 = new S3Client({ region: 'eu-central-1' });
  const calls = mockClient(s3);
  const objects = new Map<string, Buffer>();
  calls.on(PutObjectCommand).callsFake(({ Key, Body }: { Key: string; Body: Uint8Array | string }) => {
    objects.set(Key, Buffer.from(Body as string));
    return {};
  });
  calls.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const body = objects.get(Key);
    if (!body) throw new NoSuchKey({ message: 'no such key', $metadata: {} });
    return { Body: { transformToByteArray: () => Promise.resolve(new Uint8Array(body)) } };
  });
  return { s3, name: 'staging', objects, calls };
}
