import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { profileKey } from './profile-store.ts';

/**
 * The write that restricts a profile on behalf of a request (Art. 18): what it holds is stored and no more, until the request
 * lets go of it. Several requests can restrict one profile; it is free when the last one has let go. Doing it again changes
 * nothing; refused where the profile is not open.
 */
export const restriction = (directory: Table, profileId: string, requestId: string): TransactionItem => ({
  Update: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'ADD restrictedBy :requests',
    ConditionExpression: '#state = :open',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':requests': new Set([requestId]), ':open': 'open' },
  },
});

/** Lets go of a profile that `requestId` restricted; of one that it did not restrict nothing is changed. */
export async function liftRestriction(
  directory: Table,
  profileId: string,
  requestId: string,
): Promise<boolean> {
  const update = new UpdateCommand({
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'DELETE restrictedBy :requests',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':requests': new Set([requestId]) },
  });
  try {
    await directory.client.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
