/** What the erasure of a later release will leave behind, written by hand. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import type { KeyOwner, KeyScope } from '#shared/keys/key-store.ts';
import { profileKey, type Profile } from '#shared/profiles/profile-store.ts';

export const destroyedAt = '2027-06-15T12:00:00.000Z';

/** A tombstone where the wrapped key was. */
export async function destroyKey(keys: Table, owner: KeyOwner, scope: KeyScope): Promise<void> {
  const Item = { pk: owner, sk: scope, state: 'destroyed', epoch: 2, destroyedAt };
  await keys.client.send(new PutCommand({ TableName: keys.name, Item }));
}

/** Changes a profile's row, as a step of an erasure would. */
export async function changeProfile(
  directory: Table,
  profileId: string,
  { state, epoch, erasedAt = destroyedAt }: Pick<Profile, 'state' | 'epoch'> & { erasedAt?: string },
): Promise<void> {
  const isErased = state === 'erased';
  await directory.client.send(
    new UpdateCommand({
      TableName: directory.name,
      Key: profileKey(profileId, 'META'),
      UpdateExpression: `SET #state = :state, epoch = :epoch${isErased ? ', erasedAt = :erasedAt' : ''}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...{ ':state': state, ':epoch': epoch },
        ...(isErased ? { ':erasedAt': erasedAt } : {}),
      },
    }),
  );
}
