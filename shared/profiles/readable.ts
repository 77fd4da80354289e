import type { Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { profileKey, type Profile } from './profile-store.ts';

/** Whether what a profile holds may be used: it is open, and no request restricts it (Art. 18). */
export const isReadable = ({ state, restrictedBy }: Profile): boolean =>
  state === 'open' && (restrictedBy?.size ?? 0) === 0;

/** Condition of a read that is kept: the profile is readable still, in the epoch that was read. */
export const profileIsReadable = (
  directory: Table,
  { profileId, epoch }: Pick<Profile, 'profileId' | 'epoch'>,
): TransactionItem => ({
  ConditionCheck: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    ConditionExpression: '#state = :open AND epoch = :epoch AND attribute_not_exists(restrictedBy)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':open': 'open', ':epoch': epoch },
  },
});
