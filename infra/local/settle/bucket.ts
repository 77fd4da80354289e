import {
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod';

const lifecycleRule = z.object({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().optional(),
  ExpirationInDays: z.int().optional(),
  AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: z.int() }).optional(),
  NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.int() }).optional(),
});
const bucketSchema = z.object({
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({
          BucketKeyEnabled: z.boolean().optional(),
          ServerSideEncryptionByDefault: z.object({
            SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
            KMSMasterKeyID: z.string().optional(),
          }),
        }),
      ),
    })
    .optional(),
  LifecycleConfiguration: z.object({ Rules: z.array(lifecycleRule) }).optional(),
});

/** Brings a bucket's encryption and lifecycle to what its template says. Both calls replace, so a second run changes nothing. */
export async function settleBucket(client: S3Client, name: string, properties: unknown): Promise<void> {
  const bucket = bucketSchema.parse(properties ?? {});
  const encryption = bucket.BucketEncryption?.ServerSideEncryptionConfiguration;
  if (encryption) {
    const Rules = encryption.map(({ BucketKeyEnabled, ServerSideEncryptionByDefault }) => ({
      BucketKeyEnabled,
      ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
    }));
    await client.send(
      new PutBucketEncryptionCommand({ Bucket: name, ServerSideEncryptionConfiguration: { Rules } }),
    );
  }
  const rules = bucket.LifecycleConfiguration?.Rules;
  if (rules) {
    const LifecycleConfiguration = { Rules: rules.map(ruleForApi) };
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration }));
  }
}

/** CloudFormation and the API name the same things differently. */
function ruleForApi(rule: z.infer<typeof lifecycleRule>, position: number): LifecycleRule {
  return {
    ID: rule.Id ?? `rule-${position}`,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    ...(rule.ExpirationInDays === undefined ? {} : { Expiration: { Days: rule.ExpirationInDays } }),
    ...(rule.AbortIncompleteMultipartUpload
      ? { AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload }
      : {}),
    ...(rule.NoncurrentVersionExpiration
      ? { NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration }
      : {}),
  };
}
