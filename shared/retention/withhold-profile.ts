import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { profileKey, type Profile } from '#shared/profiles/profile-store.ts';
import { holdsAuthenticator } from '#shared/vault/holds-authenticator.ts';
import type { Whose } from './count-store.ts';
import { readFound, writeFound, type WithheldAtTurn } from './counts.ts';
import type { PreserveStores } from './preserve-held.ts';

/**
 * Whether a profile that its request has taken is to be left whole after all, since it holds what signs its person in and the
 * proof is of level 1 there (A1). Asked once nothing is written into it any more, so that nothing comes after the answer; what
 * is found is kept in the row of counts, by which every later step and attempt goes. Once a count has begun, it was asked.
 */
export async function mustWithhold(
  stores: PreserveStores,
  { profileId, holdEpoch, state }: Profile,
  { requestId, level }: { requestId: string; level: number },
): Promise<boolean> {
  const found = await readFound(stores.requests, stores.foundKey, { requestId, profileId });
  if (found) return found.withheld !== undefined;
  if (state !== 'erasing' || level >= 2) return false;
  const key = await readKey(stores.vault.keys, `P#${profileId}`, 'ordinary');
  if (key?.state !== 'live' || !(await holdsAuthenticator(stores, profileId))) return false;
  return sayWithheld(stores, { requestId, profileId }, { holdEpoch, reason: 'needs-level-2' });
}

/**
 * Keeps in the row of counts that a profile is left whole, and why.
 * @returns whether it is withheld: another run may have answered meanwhile
 */
export async function sayWithheld(
  { requests, foundKey }: PreserveStores,
  whose: Whose,
  { holdEpoch, reason }: { readonly holdEpoch: number; readonly reason: WithheldAtTurn },
): Promise<boolean> {
  const nothing = { datasets: {}, retained: 0, recipients: [], otherDisclosures: 0, done: false };
  const row = { ...nothing, holdEpoch, withheld: reason };
  if (await writeFound(requests, foundKey, whose, row, undefined)) return true;
  return (await readFound(requests, foundKey, whose))?.withheld !== undefined;
}

/**
 * Opens a profile again that this request has taken and does not erase, and lifts its restriction. Of one that it has not
 * taken, or whose keys it has destroyed, nothing is changed.
 */
export async function giveBack(
  { directory }: { readonly directory: Table },
  { requestId, profileId }: Whose,
): Promise<void> {
  const open = new UpdateCommand({
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'SET #state = :open REMOVE erasingBy, erasingAt, preserved DELETE restrictedBy :mine',
    ConditionExpression: '#state = :erasing AND erasingBy = :me',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ...{ ':open': 'open', ':erasing': 'erasing', ':me': requestId },
      ':mine': new Set([requestId]),
    },
  });
  try {
    await directory.client.send(open);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
