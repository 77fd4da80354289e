import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { expireTombstone } from '#shared/retention/expire-tombstone.ts';
import { eraseRows } from '#shared/retention/erase-rows.ts';
import { throughTasks } from '../through-tasks.ts';
import { eraseRowsInput } from './contract.ts';
import { eraseRowsEnvironment } from './environment.ts';

const environment = readEnvironment(eraseRowsEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const kms = kmsClient();
const planKey = { kms, keyId: environment.PLAN_KEY_ID };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  index: openTable(dynamo, environment.INDEX_TABLE_NAME),
  records: openTable(dynamo, environment.RECORDS_TABLE_NAME),
  staging: { s3, name: environment.STAGING_BUCKET_NAME },
  bundles: { s3, name: environment.BUNDLES_BUCKET_NAME },
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
  erasedKey: { kms, keyId: environment.COUNT_ERASED_KEY_ID },
};

/** The only function that deletes rows: of profiles whose keys this request has destroyed, and of no other. */
export const handler = createTask('erase-rows', eraseRowsInput, async (round, { now, remaining }) => {
  if ('kind' in round) {
    const expired = await expireTombstone(stores.directory, round.profileId, now.toISOString());
    return { expired };
  }
  const { requestId, attempt, cursor: from } = round;
  const request = await requireRequest(stores, requestId, attempt);
  const tasks = await requirePlan(stores.requests, planKey, request);
  const next = await throughTasks(tasks, { from, remaining }, async ({ profileId, aim }, mayGoOn) =>
    aim === 'erase'
      ? eraseRows(stores, { requestId, profileId, now: now.toISOString(), mayGoOn })
      : { done: true },
  );
  return { requestId, attempt, ...next };
});
