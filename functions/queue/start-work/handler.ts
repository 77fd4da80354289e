import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { readEnvironment } from '#shared/aws/environment.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { createQueueConsumer } from '#shared/observability/queue-handler.ts';
import { effect } from '#shared/requests/effects.ts';
import { startExecution } from '#shared/requests/start-execution.ts';
import { startWorkEnvironment } from './environment.ts';

const environment = readEnvironment(startWorkEnvironment);
const sqs = sqsClient();
const sfn = sfnClient();
const machines = {
  export: { sfn, arn: environment.EXPORT_MACHINE_ARN },
  erasure: { sfn, arn: environment.ERASURE_MACHINE_ARN },
};

/** Turns effects into work: an execution for an attempt, a place in the mail queue for a message. */
export const handler = createQueueConsumer('start-work', effect, async (one) => {
  if (one.kind === 'start-work') return startExecution(machines[one.work], one.requestId, one.attempt);
  const { requestId, messageId } = one;
  const body = JSON.stringify({ requestId, messageId });
  await sqs.send(new SendMessageCommand({ QueueUrl: environment.MAIL_QUEUE_URL, MessageBody: body }));
});
