import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { expireObjects } from '#shared/requests/expire.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { expireEnvironment } from './environment.ts';

const environment = readEnvironment(expireEnvironment);
const dynamo = dynamoClient();
const s3 = s3Client();
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
};
const buckets = {
  staging: { s3, name: environment.STAGING_BUCKET_NAME },
  bundles: { s3, name: environment.BUNDLES_BUCKET_NAME },
};

export const handler = createTask('expire', z.unknown(), async (_, { log, now }) => {
  const { expired, failures } = await expireObjects(stores, buckets, now);
  log.info('work-found', { service: 'expire', count: expired });
  requireComplete(failures);
  return { expired };
});
