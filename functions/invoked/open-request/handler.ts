import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { mintKey } from '#shared/keys/key-store.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { openRequestInput } from './contract.ts';
import { openRequestEnvironment } from './environment.ts';

const environment = readEnvironment(openRequestEnvironment);
const keys = openTable(dynamoClient(), environment.KEYS_TABLE_NAME);
const request = { kms: kmsClient(), keyId: environment.WRAP_REQUEST_KEY_ID };

/** Mints the key of a new request, once: a retry finds it. Apart from `open-profile`, so that the open intake can mint no profile key. */
export const handler = createTask('open-request', openRequestInput, async ({ requestId }) => {
  const owner = `R#${requestId}` as const;
  try {
    await mintKey(keys, owner, 'request', await wrapNewKey(request, owner, 'request'));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  return { requestId };
});
