import { DeleteObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { inFlight } from './in-flight.ts';

export type Bucket = { readonly s3: S3Client; readonly name: string };
export type ListedObject = { readonly key: string; readonly bytes: number };

/** Every object under a prefix, in the order of its keys, page by page. */
export async function* listObjects({ s3, name }: Bucket, prefix: string): AsyncGenerator<ListedObject, void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: name, Prefix: prefix })) {
    for (const { Key, Size } of page.Contents ?? [])
      if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 };
  }
}

const objectsAtOnce = 8;

/** Deletes every object under a prefix. @returns how many there were */
export async function deleteObjects(bucket: Bucket, prefix: string): Promise<number> {
  let deleted = 0;
  const deletes = inFlight(objectsAtOnce);
  for await (const { key } of listObjects(bucket, prefix)) {
    await deletes.start(() => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key })));
    deleted += 1;
  }
  await deletes.end();
  return deleted;
}
