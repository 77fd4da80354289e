import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { profileKey } from './profile-store.ts';

/**
 * Restricts a profile on behalf of a request (Art. 18): what it holds is stored and no more, until the request lets go of
 * it. Several requests can restrict one profile; it is free when the last one has let go. Doing it again changes nothing.
 * @returns false where there is no open profile of that id
 */
export const restrictProfile = (directory: Table, profileId: string, requestId: string): Promise<boolean> =>
  changeRestriction(directory, profileId, requestId, 'ADD restrictedBy :requests', '#state = :open', {
    '#state': 'state',
  });

/** Lets go of a profile that `requestId` restricted; of one that it did not restrict nothing is changed. */
export const liftRestriction = (directory: Table, profileId: string, requestId: string): Promise<boolean> =>
  changeRestriction(directory, profileId, requestId, 'DELETE restrictedBy :requests', 'attribute_exists(pk)');

async function changeRestriction(
  directory: Table,
  profileId: string,
  requestId: string,
  UpdateExpression: string,
  ConditionExpression: string,
  names?: Record<string, string>,
): Promise<boolean> {
  const values = { ':requests': new Set([requestId]), ...(names ? { ':open': 'open' } : {}) };
  const update = new UpdateCommand({
    ...{ TableName: directory.name, Key: profileKey(profileId, 'META') },
    ...{ UpdateExpression, ConditionExpression, ExpressionAttributeValues: values },
    ...(names ? { ExpressionAttributeNames: names } : {}),
  });
  try {
    await directory.client.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
