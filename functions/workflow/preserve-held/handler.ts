import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { preserveProfile } from '#shared/requests/erase-profile.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { roundInput, throughTasks } from '../through-tasks.ts';
import { preserveHeldEnvironment } from './environment.ts';

const environment = readEnvironment(preserveHeldEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const planKey = { kms, keyId: environment.PLAN_KEY_ID };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  records: openTable(dynamo, environment.RECORDS_TABLE_NAME),
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: {
      ordinary: { kms, keyId: environment.WRAP_ORDINARY_KEY_ID },
      retained: { kms, keyId: environment.WRAP_RETAINED_KEY_ID },
    },
  },
};

/** Before keys go: takes the profiles, counts what is there, and puts what must be kept under the retained key. */
export const handler = createTask('preserve-held', roundInput, async (round, { now, remaining }) => {
  const { requestId, attempt, cursor: from } = round;
  const request = await requireRequest(stores, requestId, attempt);
  const tasks = await requirePlan(stores.requests, planKey, request);
  const next = await throughTasks(tasks, { from, remaining }, (task, mayGoOn) =>
    preserveProfile(stores, task, { requestId, attempt, now: now.toISOString(), mayGoOn }),
  );
  return { requestId, attempt, ...next };
});
