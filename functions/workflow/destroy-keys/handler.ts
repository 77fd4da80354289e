import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { destroyProfileKeys } from '#shared/requests/erase-profile.ts';
import { forgetRequest } from '#shared/requests/forget.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { destroyKeysInput } from './contract.ts';
import { destroyKeysEnvironment } from './environment.ts';

const environment = readEnvironment(destroyKeysEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const planKey = { kms, keyId: environment.PLAN_KEY_ID };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
};

/** The only function that destroys keys, and it can open none. */
export const handler = createTask('destroy-keys', destroyKeysInput, async (input, { now }) => {
  const at = now.toISOString();
  if ('kind' in input) return { destroyed: await forgetRequest(stores, input.requestId, at) };
  const { requestId, attempt } = input;
  const request = await requireRequest(stores, requestId, attempt);
  for (const task of await requirePlan(stores.requests, planKey, request))
    await destroyProfileKeys(stores, task, { requestId, attempt, now: at });
  return { requestId, attempt };
});
