import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { concludeErasure } from '#shared/requests/conclude-erasure.ts';
import { concludeExport, recordFailure } from '#shared/requests/conclude.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { workOf } from '#shared/requests/states.ts';
import { follow } from '../../follow.ts';
import { attemptInput } from '../attempt.ts';
import { concludeEnvironment } from './environment.ts';

const environment = readEnvironment(concludeEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const effectQueue = { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  planKey: { kms, keyId: environment.PLAN_KEY_ID },
  foundKey: { kms, keyId: environment.COUNT_FOUND_KEY_ID },
  scanKey: { kms, keyId: environment.COUNT_SEEN_KEY_ID },
};
/** `failed` is the name of the error that ended the work; without it the work is done. */
const input = attemptInput.extend({
  failed: z.string().optional(),
  /** Hash of the receipt that an erasure ends with. */
  receipt: z.string().optional(),
});

/** Last step, on either way: publishes what was built, or puts the request before a person. */
export const handler = createTask('conclude', input, async (ending, { log, now }) => {
  const { requestId, attempt, failed, receipt } = ending;
  const at = now.toISOString();
  if (failed !== undefined) {
    const { state } = await recordFailure(stores, requestId, { attempt, failed, now: at });
    return { requestId, attempt, status: state };
  }
  const request = await requireRequest(stores, requestId);
  const concluded =
    workOf(request.right) === 'erasure'
      ? await concludeErasure(stores, request, { attempt, receipt, now: at })
      : await concludeExport(stores, request, { attempt, now: at });
  await follow(effectQueue, concluded.effects, log);
  return { requestId, attempt, status: concluded.request.state };
});
