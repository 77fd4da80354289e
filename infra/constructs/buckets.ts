import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { BucketName } from '#infra/powers/power.ts';

export type Buckets = Record<BucketName, Bucket>;

/**
 * Staging and bundles. Unversioned, so that what is deleted is gone. `schedule/expire` deletes on time; the lifecycle is
 * the broom behind it: staging lives for one execution, bundles for seven days.
 */
export function createBuckets(
  scope: Construct,
  { storage, keepData }: Pick<Stage, 'keepData'> & { readonly storage: IKey },
): Buckets {
  const place = new Construct(scope, 'Buckets');
  const create = (name: BucketName, days: number): Bucket => {
    const bucket = new Bucket(place, name, {
      encryption: BucketEncryption.KMS,
      encryptionKey: storage,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: false,
      lifecycleRules: [
        {
          id: 'broom',
          expiration: Duration.days(days),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Access logs would keep the address of whoever downloads; each link issued is in the ledger.',
    });
    return bucket;
  };
  return { staging: create('staging', 3), bundles: create('bundles', 8) };
}
