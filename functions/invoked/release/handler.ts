import { randomUUID } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { releaseBundle } from '#shared/identity/release-bundle.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { bundleObjectKey, bundleRules } from '#shared/requests/bundles.ts';
import { releaseInput } from './contract.ts';
import { releaseEnvironment } from './environment.ts';

const environment = readEnvironment(releaseEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const kms = kmsClient();
const proofKey = { kms, keyId: environment.PROOF_KEY_ID };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  planKey: { kms, keyId: environment.PLAN_KEY_ID },
};

/** The only function that can read bundles, and it hands out links, not content. */
export const handler = createTask('release', releaseInput, async ({ requestId, number }, { now }) => {
  const at = now.toISOString();
  const bundle = await releaseBundle(stores, proofKey, { requestId, number, linkId: randomUUID(), now: at });
  if (typeof bundle === 'string') return { released: false, reason: bundle };
  const download = new GetObjectCommand({
    Bucket: environment.BUNDLES_BUCKET_NAME,
    // Never a key that stands in a row: whoever may write rows would have any bundle signed for him.
    Key: bundleObjectKey(requestId, number),
    ResponseContentDisposition: `attachment; filename="data-${number}.zip"`,
    ResponseContentType: 'application/zip',
    ResponseCacheControl: 'no-store',
  });
  const url = await getSignedUrl(s3, download, { expiresIn: bundleRules.linkSeconds });
  const expiresAt = new Date(now.getTime() + bundleRules.linkSeconds * 1_000).toISOString();
  return { released: true, url, expiresAt, linksLeft: bundle.linksLeft };
});
