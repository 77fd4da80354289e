import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { sendEffects } from '#shared/requests/effects.ts';
import { reconcile } from '#shared/requests/reconcile.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { reconcileEnvironment } from './environment.ts';

const environment = readEnvironment(reconcileEnvironment);
const dynamo = dynamoClient();
const sfn = sfnClient();
const machines = {
  export: { sfn, arn: environment.EXPORT_MACHINE_ARN },
  erasure: { sfn, arn: environment.ERASURE_MACHINE_ARN },
};
const effectQueue = { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
};

export const handler = createTask('reconcile', z.unknown(), async (_, { log, now }) => {
  const { effects, started, ended, failures } = await reconcile(stores, machines, now);
  log.info('work-found', { count: started + ended + effects.length });
  await sendEffects(effectQueue, effects);
  requireComplete(failures);
  return { started, ended, messages: effects.length };
});
