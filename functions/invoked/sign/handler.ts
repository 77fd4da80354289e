import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { signManifest } from '#shared/bundle/sign-manifest.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { readVendorKeys } from '../../http/published-keys.ts';
import { signInput } from './contract.ts';
import { signEnvironment } from './environment.ts';

const environment = readEnvironment(signEnvironment);
const kms = kmsClient();
const requests = openTable(dynamoClient(), environment.REQUESTS_TABLE_NAME);
const evidenceKeys = readVendorKeys(kms, environment.EVIDENCE_KEY_ID);

/** The only function that signs with the evidence key. */
export const handler = createTask('sign', signInput, async (input, { now }) => {
  const { keys } = await evidenceKeys();
  const [current] = keys.filter((key) => key.validUntil === undefined);
  if (!current) throw new Error('no evidence key is in use');
  const { kty, crv, x, y, kid, use, alg } = current;
  const jws = await signManifest(requests, { kms, keyId: environment.EVIDENCE_KEY_ID, kid }, input, now);
  return { jws, jwk: { kty, crv, x, y, kid, use, alg } };
});
