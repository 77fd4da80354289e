import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deleteItems } from '#shared/aws/delete-items.ts';
import { inFlight } from '#shared/aws/in-flight.ts';
import { partition, queryPages, type Key, type Table } from '#shared/aws/table.ts';
import {
  identifierKey,
  identifierPages,
  indexKey,
  type IdentifierRow,
} from '#shared/profiles/identifier-store.ts';
import { accountKey, profileKey, type Profile } from '#shared/profiles/profile-store.ts';
import type { Found } from './counts.ts';

type Tables = { readonly directory: Table; readonly index: Table };
const batchesAtOnce = 4;

/**
 * Deletes the identifiers of a profile, each first from the index, so that a run after a crash still knows what to look for
 * there. Where something was retained, its person must be able to ask for it: the current verified address stays in the
 * index as `retained`, and the profile says which it is (race 12).
 */
export async function eraseIdentifiers(
  { directory, index }: Tables,
  { profileId }: Profile,
  { retained }: Pick<Found, 'retained'>,
): Promise<void> {
  for await (const rows of identifierPages(directory, profileId)) {
    const kept = retained > 0 ? rows.find(isCurrentAddress) : undefined;
    if (kept) await keepEntry({ directory, index }, profileId, kept);
    const going = rows.filter((row) => row !== kept);
    await deleteAll(
      index,
      going.map((row) => indexKey(profileId, row)),
    );
    await deleteAll(
      directory,
      rows.map((row) => identifierKey(profileId, row)),
    );
  }
}

const isCurrentAddress = ({ kind, status, verifiedAt }: IdentifierRow): boolean =>
  kind === 'email' && status === 'current' && verifiedAt !== undefined;

async function keepEntry({ directory, index }: Tables, profileId: string, row: IdentifierRow): Promise<void> {
  const { kind, hash } = row;
  const isThere = await updateWhere(index, indexKey(profileId, row), 'attribute_exists(pk)', {
    status: 'retained',
  });
  if (!isThere) return;
  await updateWhere(directory, profileKey(profileId, 'META'), 'attribute_exists(pk)', {
    retainedUnder: { kind, hash },
  });
}

/** Deletes where each purpose of a profile stood; the evidence is among its records, retained. */
export async function eraseConsents(
  { directory }: Pick<Tables, 'directory'>,
  profileId: string,
): Promise<void> {
  const pk = `P#${profileId}`;
  for await (const { items } of queryPages(directory, partition(pk, 'CONSENT#'))) {
    await deleteAll(
      directory,
      items.map(({ sk }) => ({ pk, sk: String(sk) })),
    );
  }
}

/**
 * Makes the account's mapping a tombstone, by which what arrives again of it is known (A7), and notes that the profile is
 * empty: from here on other requests need not wait for this one.
 */
export async function closeProfile(
  { directory }: Pick<Tables, 'directory'>,
  profile: Profile,
  now: string,
): Promise<void> {
  const { profileId, erasedAt = now } = profile;
  // Refused where the account has a new profile already.
  const mine = { name: 'profileId', value: profileId };
  await updateWhere(directory, accountKey(profile), '#mine = :mine', { erasedAt }, mine);
  await updateWhere(directory, profileKey(profileId, 'META'), 'attribute_not_exists(emptiedAt)', {
    emptiedAt: now,
  });
}

/** @returns false where the condition does not hold */
async function updateWhere(
  table: Table,
  Key: Key,
  ConditionExpression: string,
  set: Record<string, unknown>,
  mine?: { name: string; value: string },
): Promise<boolean> {
  const [[name, value] = ['', '']] = Object.entries(set);
  const update = new UpdateCommand({
    ...{ TableName: table.name, Key, ConditionExpression, UpdateExpression: 'SET #name = :value' },
    ExpressionAttributeNames: { '#name': name, ...(mine ? { '#mine': mine.name } : {}) },
    ExpressionAttributeValues: { ':value': value, ...(mine ? { ':mine': mine.value } : {}) },
  });
  try {
    await table.client.send(update);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function deleteAll(table: Table, keys: readonly Key[]): Promise<void> {
  const deletes = inFlight(batchesAtOnce);
  await deleteItems(table, keys, deletes);
  await deletes.end();
}
