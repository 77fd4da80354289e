import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { getItem, type Key, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { confirmationRow, type ContactConfirmation } from './contact-confirmation.ts';

/** One per site: asking anew voids what was asked before. */
const confirmationKey = (siteId: string): Key => ({ pk: `S#${siteId}`, sk: 'CONFIRMATION' });

export async function readConfirmation(
  sites: Table,
  siteId: string,
): Promise<ContactConfirmation | undefined> {
  const item = await getItem(sites, confirmationKey(siteId));
  return item === undefined ? undefined : confirmationRow.parse(item);
}

export async function putConfirmation(
  sites: Table,
  siteId: string,
  confirmation: ContactConfirmation,
): Promise<void> {
  const Item = { ...confirmationKey(siteId), ...confirmation };
  await sites.client.send(new PutCommand({ TableName: sites.name, Item }));
}

/** @returns false where another one has been asked for since, or this one was confirmed before */
export async function markConfirmed(
  sites: Table,
  siteId: string,
  { confirmationId, at }: { confirmationId: string; at: string },
): Promise<boolean> {
  const update = new UpdateCommand({
    TableName: sites.name,
    Key: confirmationKey(siteId),
    UpdateExpression: 'SET confirmedAt = :at',
    ConditionExpression: 'confirmationId = :id AND attribute_not_exists(confirmedAt)',
    ExpressionAttributeValues: { ':at': at, ':id': confirmationId },
  });
  try {
    await sites.client.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Uses a confirmation up, in the transaction that adds its key: of two at once, one wins. */
export const useConfirmation = (
  sites: Table,
  siteId: string,
  { publicKey, confirmedAt, at }: { publicKey: string; confirmedAt: string; at: string },
): TransactionItem => ({
  Update: {
    TableName: sites.name,
    Key: confirmationKey(siteId),
    UpdateExpression: 'SET usedAt = :at',
    ConditionExpression:
      'publicKey = :publicKey AND confirmedAt = :confirmedAt AND attribute_not_exists(usedAt)',
    ExpressionAttributeValues: { ':at': at, ':publicKey': publicKey, ':confirmedAt': confirmedAt },
  },
});
