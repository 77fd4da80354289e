/** Single steps of an erasure, for tests of what comes after them. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import * as keyStore from '#shared/keys/key-store.ts';
import type { KeyOwner, KeyScope } from '#shared/keys/key-store.ts';
import { profileKey, type Profile } from '#shared/profiles/profile-store.ts';
import { restriction } from '#shared/profiles/restriction.ts';

export const destroyedAt = '2027-06-15T12:00:00.000Z';

/** A tombstone where the wrapped key was. */
export async function destroyKey(keys: Table, owner: KeyOwner, scope: KeyScope): Promise<void> {
  await transact(keys.client, [keyStore.destroyKey(keys, owner, scope, { at: destroyedAt, by: 'r1' })]);
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

/** Restricts a profile, as the announcement of an erasure does. */
export const restrictProfile = (directory: Table, profileId: string, requestId: string): Promise<void> =>
  transact(directory.client, [restriction(directory, profileId, requestId)]);
