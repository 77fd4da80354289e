import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { invoke } from '#shared/aws/invoke.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { expireObjects } from '#shared/requests/expire.ts';
import { forgetRequests } from '#shared/requests/forget.ts';
import { expireTombstones } from '#shared/requests/tombstones.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { requestKeyOutput } from '../../workflow/destroy-keys/contract.ts';
import { tombstoneOutput } from '../../workflow/erase-rows/contract.ts';
import { expireEnvironment } from './environment.ts';

const environment = readEnvironment(expireEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const lambda = lambdaClient();
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
};
const destroyKeys = { lambda, name: environment.DESTROY_KEYS_FUNCTION_NAME };
const eraseRows = { lambda, name: environment.ERASE_ROWS_FUNCTION_NAME };
const buckets = {
  staging: { s3, name: environment.STAGING_BUCKET_NAME },
  bundles: { s3, name: environment.BUNDLES_BUCKET_NAME },
};

export const handler = createTask('expire', z.unknown(), async (_, { log, now }) => {
  const { expired, failures } = await expireObjects(stores, buckets, now);
  const forgetting = await forgetRequests(stores, now, async (requestId) => {
    const answer = await invoke(destroyKeys, { kind: 'request', requestId }, requestKeyOutput);
    return answer.destroyed;
  });
  const tombstones = await expireTombstones(stores, now, async (profileId) => {
    const answer = await invoke(eraseRows, { kind: 'tombstone', profileId }, tombstoneOutput);
    return answer.expired;
  });
  log.info('work-found', { count: expired + forgetting.forgotten + tombstones.expired });
  requireComplete([...failures, ...forgetting.failures, ...tombstones.failures]);
  return { expired, forgotten: forgetting.forgotten, tombstones: tombstones.expired };
});
