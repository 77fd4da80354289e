import type { FunctionName } from '#infra/powers/functions.ts';

/** A message in a queue, and who takes it out. */
export type QueueMessage = { readonly consumer: FunctionName; readonly body: string };

/** What was asked of `SendMessage`. Queues go by the names of their variables here. */
export const messageOf = ({ QueueUrl, MessageBody }: Record<string, unknown>): QueueMessage => ({
  consumer: String(QueueUrl).startsWith('MAIL') ? 'queue/send-message' : 'queue/start-work',
  body: String(MessageBody),
});

/** The event that a consumer gets of one message. */
export const queueEvent = ({ body }: QueueMessage): unknown => ({ Records: [{ messageId: 'm', body }] });
