import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { requireProof } from '#shared/identity/proof.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { follow } from '../../follow.ts';
import { attemptInput } from '../attempt.ts';
import { planWorkEnvironment } from './environment.ts';

const environment = readEnvironment(planWorkEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const proofKey = { kms, keyId: environment.PROOF_KEY_ID };
const effectQueue = { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  index: openTable(dynamo, environment.INDEX_TABLE_NAME),
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: {
      ordinary: { kms, keyId: environment.WRAP_ORDINARY_KEY_ID },
      request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID },
    },
  },
};

/** First step: the proof is verified before anything is looked up, then the plan is written. */
export const handler = createTask('plan-work', attemptInput, async ({ requestId, attempt }, { log, now }) => {
  const request = await requireRequest(stores, requestId);
  await requireProof(stores.requests, proofKey, request);
  const plan = await planExport(stores, request, { attempt, dataMapVersion, now: now.toISOString() });
  await follow(effectQueue, plan.effects, log);
  return { requestId, attempt, tasks: plan.tasks };
});
