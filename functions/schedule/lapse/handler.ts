import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { sendEffects } from '#shared/requests/effects.ts';
import { lapseUnproven } from '#shared/requests/lapse.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { lapseEnvironment } from './environment.ts';

const environment = readEnvironment(lapseEnvironment);
const dynamo = dynamoClient();
const effectQueue = { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
};

export const handler = createTask('lapse', z.unknown(), async (_, { log, now }) => {
  const { effects, failures } = await lapseUnproven(stores, now);
  log.info('work-found', { count: effects.length });
  await sendEffects(effectQueue, effects);
  requireComplete(failures);
  return { lapsed: effects.length };
});
