import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { invoke } from '#shared/aws/invoke.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { buildBundle } from '#shared/bundle/build-bundle.ts';
import { describeController } from '#shared/bundle/describe-controller.ts';
import { nameRecipient } from '#shared/bundle/name-recipient.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { RequestKeyMissing } from '#shared/requests/file-request.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { signOutput } from '../../invoked/sign/contract.ts';
import { attemptInput } from '../attempt.ts';
import { buildBundleEnvironment } from './environment.ts';

const environment = readEnvironment(buildBundleEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const kms = kmsClient();
const requests = openTable(dynamo, environment.REQUESTS_TABLE_NAME);
const sites = openTable(dynamo, environment.SITES_TABLE_NAME);
const vault = {
  keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
  wrapping: { request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID } },
};
const signFunction = { lambda: lambdaClient(), name: environment.SIGN_FUNCTION_NAME };
const wiring = {
  requests,
  planKey: { kms, keyId: environment.PLAN_KEY_ID },
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  staging: { s3, name: environment.STAGING_BUCKET_NAME },
  bundles: { s3, name: environment.BUNDLES_BUCKET_NAME },
  describeController: (controllerId: string) => describeController(sites, controllerId),
  nameRecipient: (recipient: string) => nameRecipient(sites, recipient),
  issuer: { name: environment.VENDOR_NAME, keysUrl: `${environment.PUBLIC_ORIGIN}/v1/keys` },
  dataMapVersion,
};
const input = attemptInput.extend({ number: z.number().int().positive().optional() });

export const handler = createTask(
  'build-bundle',
  input,
  async ({ requestId, attempt, number = 1 }, { now }) => {
    const request = await requireRequest({ requests }, requestId, attempt);
    const sign = (tagManifest: Buffer) =>
      invoke(
        signFunction,
        { kind: 'manifest', requestId, attempt, number, tagManifest: tagManifest.toString('utf8') },
        signOutput,
      );
    const built = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
      buildBundle({ ...wiring, key, sign }, request, number, now.toISOString()),
    );
    if (built.status !== 'open') throw new RequestKeyMissing(`request ${requestId} has no key`);
    return { requestId, attempt, ...built.value };
  },
);
