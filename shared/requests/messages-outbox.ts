import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey, workKeys } from './request-record.ts';

export const messageKinds = [
  'code',
  'second-code',
  'receipt-confirmation',
  'ready',
  'nothing-to-give',
  'lapsed',
  'erasure-notice',
  'erased',
  'partly-erased',
  'nothing-erased',
  'nothing-to-erase',
  'recipient-told',
] as const;
export type MessageKind = (typeof messageKinds)[number];

const messageRow = z.object({
  messageId: z.string(),
  kind: z.enum(messageKinds),
  state: z.enum(['pending', 'sent', 'dropped']),
  createdAt: z.string(),
  /** Goes to this address of the request instead of its contact. */
  noticeId: z.string().optional(),
  /** Goes to the controller of this site instead. */
  siteId: z.string().optional(),
});
/** A `MSG#...` row: what is to be said, never the words. The words are made by the function that sends them. */
export type MessageRow = z.output<typeof messageRow>;

/** A message that is asked for in a transaction; until it is sent it stands in the outbox of the index `work`. */
export function askForMessage(
  requests: Table,
  requestId: string,
  message: Pick<MessageRow, 'messageId' | 'kind' | 'noticeId' | 'siteId'> & { at: string },
): TransactionItem {
  const { at: createdAt, ...what } = message;
  const row: MessageRow = { ...what, state: 'pending', createdAt };
  const key = requestKey(requestId, `MSG#${message.messageId}`);
  return {
    Put: {
      TableName: requests.name,
      Item: { ...key, ...row, requestId, ...workKeys('outbox', requestId, message.at) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

export async function readMessage(
  requests: Table,
  requestId: string,
  messageId: string,
): Promise<MessageRow | undefined> {
  const item = await getItem(requests, requestKey(requestId, `MSG#${messageId}`));
  return item === undefined ? undefined : messageRow.parse(item);
}

/**
 * Asks for a message again not before `at`: until then it may still be in the mail queue, which tries by itself.
 * @returns false where it has ended meanwhile: the index lags
 */
export async function postponeMessage(
  requests: Table,
  requestId: string,
  messageId: string,
  at: string,
): Promise<boolean> {
  const update = new UpdateCommand({
    TableName: requests.name,
    Key: requestKey(requestId, `MSG#${messageId}`),
    UpdateExpression: 'SET workSk = :workSk',
    ConditionExpression: 'attribute_exists(workPk)',
    ExpressionAttributeValues: { ':workSk': workKeys('outbox', requestId, at).workSk },
  });
  try {
    await requests.client.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Ends a message: `sent`, or `dropped` when it was too late for it or nobody can be written to.
 * @param end.toldMac of a notice: the word that it went out (`told-notices.ts`)
 */
export async function endMessage(
  requests: Table,
  requestId: string,
  messageId: string,
  end: { state: 'sent' | 'dropped'; at: string; toldMac?: string | undefined },
): Promise<void> {
  const { state, at, toldMac } = end;
  await requests.client.send(
    new UpdateCommand({
      TableName: requests.name,
      Key: requestKey(requestId, `MSG#${messageId}`),
      UpdateExpression: `SET #state = :state, endedAt = :at${toldMac === undefined ? '' : ', toldMac = :mac'} REMOVE workPk, workSk`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...{ ':state': state, ':at': at },
        ...(toldMac === undefined ? {} : { ':mac': toldMac }),
      },
    }),
  );
}
