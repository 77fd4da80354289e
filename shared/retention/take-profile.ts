import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { profileKey, readProfile } from '#shared/profiles/profile-store.ts';

/** Thrown while another request's erasure is at work on a profile; it goes by itself (race 4). */
export class ProfileInErasure extends Error {
  override readonly name = 'ProfileInErasure';
}

/** Whose a profile is: taken by the request that asked, or ended by another's erasure. */
export type Taken =
  { readonly state: 'mine' } | { readonly state: 'erased'; readonly by: string; readonly at: string };

/**
 * Takes a profile for the erasure of one request: from here on nothing is written into it. One that this request has taken
 * before is its own still, also after its keys are destroyed. What another request has erased is left as it is, once the
 * last of its rows is gone.
 * @throws ProfileInErasure
 */
export async function takeProfile(
  { directory }: { readonly directory: Table },
  { profileId, epoch, requestId, now }: { profileId: string; epoch: number; requestId: string; now: string },
): Promise<Taken> {
  const take = new UpdateCommand({
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'SET #state = :erasing, erasingBy = :me, erasingAt = :now',
    ConditionExpression: '#state = :open AND epoch = :epoch',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ...{ ':open': 'open', ':erasing': 'erasing', ':me': requestId, ':epoch': epoch, ':now': now },
    },
  });
  try {
    await directory.client.send(take);
    return { state: 'mine' };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return whoseIs(directory, profileId, requestId);
  }
}

/** Whose a profile is that is not open any more. @throws ProfileInErasure */
export async function whoseIs(directory: Table, profileId: string, requestId: string): Promise<Taken> {
  const profile = await readProfile(directory, profileId);
  if ((profile?.erasedBy ?? profile?.erasingBy) === requestId) return { state: 'mine' };
  if (profile?.erasedBy !== undefined && profile.erasedAt !== undefined && profile.emptiedAt !== undefined)
    return { state: 'erased', by: profile.erasedBy, at: profile.erasedAt };
  throw new ProfileInErasure(`profile ${profileId} is at work for another request, or in another epoch`);
}
