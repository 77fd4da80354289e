import type { Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { profileKey, type Profile } from './profile-store.ts';

/** Condition of a plan: the profile is in the state and the epoch that were read. */
export const profileStands = (
  directory: Table,
  { profileId, epoch, state }: Pick<Profile, 'profileId' | 'epoch' | 'state'>,
): TransactionItem => ({
  ConditionCheck: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    ConditionExpression: '#state = :state AND epoch = :epoch',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': state, ':epoch': epoch },
  },
});

/**
 * Condition under which work on a profile is published: its keys are those that it was planned with. An erasure that has
 * begun meanwhile waits for it; once it has destroyed a key, the epoch is another (race 6).
 */
export const epochStands = (
  directory: Table,
  { profileId, epoch }: Pick<Profile, 'profileId' | 'epoch'>,
): TransactionItem => ({
  ConditionCheck: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    ConditionExpression: 'epoch = :epoch',
    ExpressionAttributeValues: { ':epoch': epoch },
  },
});
