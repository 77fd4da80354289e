import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { openLevels } from '#shared/identity/level.ts';
import { requireProof } from '#shared/identity/proof.ts';
import { mayText } from '#shared/messages/send-sms.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { announceErasure } from '#shared/requests/announce-erasure.ts';
import { requireChoice } from '#shared/requests/choice.ts';
import { liftRestrictions } from '#shared/requests/lift-restriction.ts';
import { planErasure } from '#shared/requests/plan-erasure.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requireExport } from '#shared/requests/states.ts';
import { follow } from '../../follow.ts';
import { attemptInput } from '../attempt.ts';
import { planWorkEnvironment } from './environment.ts';

const environment = readEnvironment(planWorkEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const proofKey = { kms, keyId: environment.PROOF_KEY_ID };
const choiceKey = { kms, keyId: environment.CHOICE_KEY_ID };
const coolingOff = {
  normal: Number(environment.COOLING_OFF_NORMAL),
  extended: Number(environment.COOLING_OFF_EXTENDED),
};
const reaches = (phone: string): boolean => mayText({ countries: environment.SMS_COUNTRIES }, phone);
const effectQueue = { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL };
const stores = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  index: openTable(dynamo, environment.INDEX_TABLE_NAME),
  records: openTable(dynamo, environment.RECORDS_TABLE_NAME),
  planKey: { kms, keyId: environment.PLAN_KEY_ID },
  noticeKey: { kms, keyId: environment.NOTICE_KEY_ID },
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: {
      ordinary: { kms, keyId: environment.WRAP_ORDINARY_KEY_ID },
      request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID },
    },
  },
};

/** An erasure is planned in two steps, with its cooling-off between them; an export in one. */
const input = attemptInput.extend({ step: z.enum(['announce', 'plan']).optional() });

/** First step of all work: proof and choice are verified before anything is looked up, then the plan is written. */
export const handler = createTask('plan-work', input, async ({ requestId, attempt, step }, { log, now }) => {
  const at = now.toISOString();
  const mine = { requestId, attempt };
  const request = await requireRequest(stores, requestId);
  if (step === 'announce' && request.state === 'withdrawn') {
    await liftRestrictions(stores, request, { attempt, now: at });
    return mine;
  }
  const proof = await requireProof(stores.requests, proofKey, request);
  await requireChoice(choiceKey, request);
  // Asked only where an erasure needs it.
  const openLevelsNow = () => openLevels(stores.index, proof, request, at);
  if (step === 'announce') {
    const { until, effects } = await announceErasure(stores, request, {
      attempt,
      coolingOff,
      levelIn: await openLevelsNow(),
      mayText: reaches,
      now: at,
    });
    await follow(effectQueue, effects, log);
    return { ...mine, until };
  }
  if (step === 'plan') {
    const plan = { attempt, coolingOff, levelIn: await openLevelsNow(), dataMapVersion, now: at };
    return { ...mine, ...(await planErasure(stores, request, plan)) };
  }
  requireExport(request.right);
  const plan = await planExport(stores, request, { attempt, dataMapVersion, now: at });
  await follow(effectQueue, plan.effects, log);
  return { ...mine, tasks: plan.tasks };
});
