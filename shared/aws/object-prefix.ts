import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  NoSuchUpload,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inFlight } from './in-flight.ts';

export type Bucket = { readonly s3: S3Client; readonly name: string };
export type ListedObject = { readonly key: string; readonly bytes: number };
type ListedUpload = { readonly key: string; readonly uploadId: string };

/** Every object under a prefix, in the order of its keys, page by page. */
export async function* listObjects({ s3, name }: Bucket, prefix: string): AsyncGenerator<ListedObject, void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: name, Prefix: prefix })) {
    for (const { Key, Size } of page.Contents ?? [])
      if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 };
  }
}

/**
 * Every upload in parts under a prefix that was begun and not ended: its parts are stored, and are listed as no object. Not
 * every S3 keeps to the prefix that it is asked for, so it is looked at here as well.
 */
export async function* listUploads({ s3, name }: Bucket, prefix: string): AsyncGenerator<ListedUpload, void> {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    page = await s3.send(
      new ListMultipartUploadsCommand({
        ...{ Bucket: name, Prefix: prefix },
        ...{ KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker },
      }),
    );
    for (const { Key, UploadId } of page.Uploads ?? [])
      if (Key?.startsWith(prefix) && UploadId !== undefined) yield { key: Key, uploadId: UploadId };
  } while (page.IsTruncated);
}

const objectsAtOnce = 8;

/**
 * Deletes every object under a prefix, and ends every upload to it first, so that one that is completed meanwhile is an
 * object that is deleted.
 * @returns how many objects there were
 */
export async function deleteObjects(bucket: Bucket, prefix: string): Promise<number> {
  await abortUploads(bucket, prefix);
  let deleted = 0;
  const deletes = inFlight(objectsAtOnce);
  for await (const { key } of listObjects(bucket, prefix)) {
    await deletes.start(() => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key })));
    deleted += 1;
  }
  await deletes.end();
  return deleted;
}

async function abortUploads(bucket: Bucket, prefix: string): Promise<void> {
  for await (const { key, uploadId } of listUploads(bucket, prefix)) {
    try {
      await bucket.s3.send(
        new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: key, UploadId: uploadId }),
      );
    } catch (error) {
      // Completed or aborted since it was listed.
      if (!(error instanceof NoSuchUpload)) throw error;
    }
  }
}
