import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { recordScan, scanProfile } from '#shared/requests/scan-profile.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { roundInput, throughTasks } from '../through-tasks.ts';
import { scanPlacesEnvironment } from './environment.ts';

const environment = readEnvironment(scanPlacesEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const kms = kmsClient();
const planKey = { kms, keyId: environment.PLAN_KEY_ID };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  index: openTable(dynamo, environment.INDEX_TABLE_NAME),
  records: openTable(dynamo, environment.RECORDS_TABLE_NAME),
  keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
  staging: { s3, name: environment.STAGING_BUCKET_NAME },
  bundles: { s3, name: environment.BUNDLES_BUCKET_NAME },
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
  scanKey: { kms, keyId: environment.COUNT_SEEN_KEY_ID },
};

/** The second look, by another function than the eraser: it reads every place and changes none (A6). */
export const handler = createTask('scan-places', roundInput, async (round, { now, remaining }) => {
  const { requestId, attempt, cursor: from } = round;
  const at = now.toISOString();
  const request = await requireRequest(stores, requestId, attempt);
  const tasks = await requirePlan(stores.requests, planKey, request);
  const next = await throughTasks(tasks, { from, remaining }, (task, mayGoOn) =>
    scanProfile(stores, task, { requestId, attempt, now: at, mayGoOn }),
  );
  if (!next.cursor) await recordScan(stores, tasks, { requestId, attempt, now: at });
  return { requestId, attempt, ...next };
});
