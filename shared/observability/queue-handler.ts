import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { createTask, type TaskContext } from './task-handler.ts';

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/**
 * The handler of a queue's consumer: each message is parsed and worked on by itself; those that failed are reported, so
 * that only they come again, and after their last try go to the dead-letter queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const createQueueConsumer = <Message>(
  service: string,
  message: z.ZodType<Message>,
  work: (message: Message, context: TaskContext) => Promise<void>,
): ReturnType<typeof createTask<z.output<typeof batch>, SQSBatchResponse>> =>
  createTask(service, batch, async ({ Records }, context) => {
    const failures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      try {
        await work(message.parse(JSON.parse(body)), context);
      } catch (error) {
        context.log.error('message-failed', error);
        failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  });
