import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { messageKinds } from './messages-outbox.ts';
import { works } from './states.ts';

/** A kind of message, and an attempt or random id: no room for a word of anyone's (A18). */
const messageId = z.string().regex(new RegExp(`^(?:${messageKinds.join('|')})(?:-[0-9a-f-]{1,36})?$`));
/** What the mail queue holds. */
export const wantedMessage = z.strictObject({ requestId: z.uuid(), messageId });

/** What a committed transaction asks to follow. Ids only: queues hold nothing of a person. */
export const effect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start-work'),
    requestId: z.uuid(),
    attempt: z.number().int().positive(),
    work: z.enum(works),
  }),
  wantedMessage.extend({ kind: z.literal('send-message') }),
]);
export type Effect = z.output<typeof effect>;
export type EffectQueue = { readonly sqs: SQSClient; readonly url: string };

/**
 * Sends each effect once, right after the transaction that asked for it. A crash in between loses nothing: the
 * reconciler finds what has not followed. So a failed send is not a failed request, and callers may ignore it. What is
 * more than ids does not enter the queue (A18).
 */
export async function sendEffects({ sqs, url }: EffectQueue, effects: readonly Effect[]): Promise<void> {
  for (const one of effects) {
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(effect.parse(one)) }));
  }
}
