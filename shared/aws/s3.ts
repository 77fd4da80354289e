import { S3Client } from '@aws-sdk/client-s3';
import { deadlines, retries } from './deadlines.ts';

/** Path style everywhere: bucket names are opaque and the local engine has no wildcard host names. */
export const s3Client = (): S3Client =>
  new S3Client({
    ...retries,
    forcePathStyle: true,
    requestHandler: { ...deadlines, requestTimeout: 60_000 },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
