import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { signManifest } from '#shared/bundle/sign-manifest.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { buildReceipt } from '#shared/receipts/build-receipt.ts';
import { issuerOf } from '#shared/receipts/issuer.ts';
import { signReceipt } from '#shared/receipts/sign-receipt.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { readController } from '#shared/sites/site-store.ts';
import { readVendorKeys } from '../../http/published-keys.ts';
import { signInput } from './contract.ts';
import { signEnvironment } from './environment.ts';

const environment = readEnvironment(signEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const requests = openTable(dynamo, environment.REQUESTS_TABLE_NAME);
const sites = openTable(dynamo, environment.SITES_TABLE_NAME);
const evidenceKeys = readVendorKeys(kms, environment.EVIDENCE_KEY_ID);
const receiptStores = {
  requests,
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  planKey: { kms, keyId: environment.PLAN_KEY_ID },
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
  erasedKey: { kms, keyId: environment.COUNT_ERASED_KEY_ID },
  scanKey: { kms, keyId: environment.COUNT_SEEN_KEY_ID },
};
const receiptFacts = {
  settings: {
    longestFunctionSeconds: Number(environment.LONGEST_FUNCTION_SECONDS),
    keyRecoveryDays: Number(environment.KEY_RECOVERY_DAYS),
    tableRecoveryDays: Number(environment.TABLE_RECOVERY_DAYS),
    queueRetentionDays: Number(environment.QUEUE_RETENTION_DAYS),
    logRetentionDays: Number(environment.LOG_RETENTION_DAYS),
  },
  softwareVersion: environment.SOFTWARE_VERSION,
  issuer: issuerOf(environment.VENDOR_NAME, environment.PUBLIC_ORIGIN),
  nameController: async (controllerId: string) =>
    (await readController(sites, controllerId))?.name ?? controllerId,
};

/** The only function that signs with the evidence key. */
export const handler = createTask('sign', signInput, async (input, { now }) => {
  const { keys } = await evidenceKeys();
  const [current] = keys.filter((key) => key.validUntil === undefined);
  if (!current) throw new Error('no evidence key is in use');
  const { kty, crv, x, y, kid, use, alg } = current;
  const key = { kms, keyId: environment.EVIDENCE_KEY_ID, kid, jwks: { keys } };
  if (input.kind === 'manifest') {
    const jws = await signManifest(requests, key, input, now);
    return { jws, jwk: { kty, crv, x, y, kid, use, alg } };
  }
  const { requestId, attempt } = input;
  const request = await requireRequest({ requests }, requestId, attempt);
  const content = await buildReceipt(receiptStores, request, receiptFacts);
  return { requestId, attempt, receipt: await signReceipt(requests, key, request, content, now) };
});
