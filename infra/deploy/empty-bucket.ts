import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Thrown when S3 refuses to delete some objects; holds the bucket and S3's codes, no keys. */
export class BucketNotEmptied extends Error {
  override readonly name = 'BucketNotEmptied';
}

/**
 * Deletes every object of an unversioned bucket, a page of at most 1,000 at a time.
 * @returns how many were deleted
 * @throws BucketNotEmptied
 */
export async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length === 0) continue;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors.length > 0) {
      const codes = new Set(Errors.map(({ Code }) => Code ?? 'unknown'));
      throw new BucketNotEmptied(
        `${bucket}: ${Errors.length} objects not deleted (${[...codes].join(', ')})`,
      );
    }
    deleted += Objects.length;
  }
  return deleted;
}
