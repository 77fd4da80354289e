import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { KeyUnavailable } from '#shared/keys/wrapping.ts';
import { profileKey, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { withProfileKeys, type VaultKeys } from '#shared/vault/open-keys.ts';
import { markPages, type RecordMark } from '#shared/vault/record-marks.ts';
import { openPayload, rowsBetween } from '#shared/vault/record-store.ts';
import type { Whose } from './count-store.ts';
import { addCounts, isCounted, readFound, writeFound, type Found } from './counts.ts';
import { readHolds, type Hold } from './holds.ts';
import { isKept, isMisplaced, placementOf } from './keeping.ts';
import { moveRecords } from './move-records.ts';
import { nameIdentifiers } from './named-identifiers.ts';
import { addRecipients } from './recipients.ts';
import { whoseIs } from './take-profile.ts';

export type PreserveStores = {
  readonly records: Table;
  readonly directory: Table;
  readonly requests: Table;
  readonly vault: VaultKeys;
  readonly foundKey: MacKey;
};
type Run = {
  readonly requestId: string;
  /** Whether there is time for one more page. */
  readonly mayGoOn: () => boolean;
  /** Only tests make pages smaller. */
  readonly pageSize?: number;
};

const disclosures = 'disclosure';

/**
 * Prepares a profile that the request has taken for the end of its ordinary key: counts what is there, puts what must be
 * kept under the retained key, notes who was given data and by which identifiers it is found. Works page by page; the row
 * of counts says how far, so that every record counts once whatever crashes. In the end the profile says for which holds
 * this was done; where one came or went meanwhile, the next run begins anew (race 5), and so it does where the profile says
 * what was not counted. A profile that is not to be erased, or that another request has erased, is left alone.
 * @returns whether the profile is done with
 * @throws ProfileInErasure, CountForged
 */
export async function preserveHeld(
  stores: PreserveStores,
  { profileId, aim }: { profileId: string; aim: 'erase' | 'withheld' | 'already-erased' | 'export' },
  run: Run,
): Promise<{ done: boolean }> {
  const { directory } = stores;
  if (aim !== 'erase') return { done: true };
  const taken = await whoseIs(directory, profileId, run.requestId);
  const profile = await readProfile(directory, profileId);
  if (taken.state === 'erased' || profile?.state !== 'erasing') return { done: true };
  const { holdEpoch, preserved } = profile;
  const before = await readFound(stores.requests, stores.foundKey, { requestId: run.requestId, profileId });
  if (preserved?.holdEpoch === holdEpoch && isCounted(before, preserved)) return { done: true };
  // Read after the epoch: a hold that comes in between is seen too early, never too late.
  const holds = await readHolds(directory, profileId);
  try {
    const found = await countAndMove(stores, profile, holds, run);
    return { done: found !== undefined && (await sayPreserved(stores, profile, run.requestId, found)) };
  } catch (error) {
    // A hold came or went between two pages: the profile, which is checked first, is not as it was read.
    if (error instanceof TransactionRefused && error.failed.includes(0)) return { done: false };
    throw error;
  }
}

/** @returns the complete count, or undefined where the next run goes on */
async function countAndMove(
  stores: PreserveStores,
  profile: Profile,
  holds: readonly Hold[],
  { requestId, mayGoOn, pageSize }: Run,
): Promise<Found | undefined> {
  const { requests, records, foundKey } = stores;
  const { profileId, holdEpoch } = profile;
  const whose = { requestId, profileId };
  let found = await beginCount(stores, whose, holdEpoch);
  if (!found || found.done) return found;
  for await (const { marks, last, more } of markPages(records, profileId, { after: found.upTo, pageSize })) {
    if (last !== undefined) {
      const counted = await workPage(stores, profile, { found, marks, last, holds, requestId });
      found = counted && (await writeFound(requests, foundKey, whose, counted, found));
      if (!found) return undefined;
    }
    if (more && !mayGoOn()) return undefined;
  }
  const named = await nameIdentifiers(stores, requestId, profileId);
  return writeFound(requests, foundKey, whose, { ...found, named, done: true }, found);
}

/** The count under the holds of now. @returns undefined where another run has begun it meanwhile */
async function beginCount(
  { requests, foundKey }: PreserveStores,
  whose: Whose,
  holdEpoch: number,
): Promise<Found | undefined> {
  const standing = await readFound(requests, foundKey, whose);
  if (standing?.holdEpoch === holdEpoch) return standing;
  const nothing = { datasets: {}, retained: 0, recipients: [], otherDisclosures: 0, done: false };
  return writeFound(requests, foundKey, whose, { ...nothing, holdEpoch }, standing);
}

type Page = {
  readonly found: Found;
  readonly marks: readonly RecordMark[];
  readonly last: string;
  readonly holds: readonly Hold[];
  readonly requestId: string;
};

/** @returns the count with this page; undefined where a key is gone */
async function workPage(
  stores: PreserveStores,
  { profileId, holdEpoch }: Profile,
  { found, marks, last, holds, requestId }: Page,
): Promise<Found | undefined> {
  const stays = marks.filter((mark) => isKept({ ...mark, ...placementOf(mark, holds) }));
  const counted = {
    ...found,
    datasets: addCounts(found.datasets, marks),
    retained: found.retained + stays.length,
    upTo: last,
  };
  const needsContent = marks.some((mark) => mark.dataset === disclosures || isMisplaced(mark, holds));
  if (!needsContent) return counted;
  const worked = await withProfileKeys(stores.vault, profileId, async (keys) => {
    let told: Pick<Found, 'recipients' | 'otherDisclosures'> = found;
    for await (const rows of rowsBetween(stores.records, profileId, marks[0]?.sk ?? last, last)) {
      const given = rows.filter(({ dataset }) => dataset === disclosures);
      told = addRecipients(
        told,
        given.map((row) => openPayload(keys[row.scope], profileId, row)),
      );
      await moveRecords(stores, { profileId, holdEpoch, requestId }, { rows, holds, keys });
    }
    return told;
  });
  if (worked.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no keys`);
  if (worked.status === 'erased') return undefined;
  const { recipients, otherDisclosures } = worked.value;
  return { ...counted, recipients, otherDisclosures };
}

/** @returns false where a hold came or went meanwhile */
async function sayPreserved(
  { directory }: PreserveStores,
  { profileId, holdEpoch }: Profile,
  requestId: string,
  { retained }: Found,
): Promise<boolean> {
  const say = new UpdateCommand({
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    UpdateExpression: 'SET preserved = :preserved',
    ConditionExpression: '#state = :erasing AND erasingBy = :me AND holdEpoch = :holdEpoch',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ...{ ':erasing': 'erasing', ':me': requestId, ':holdEpoch': holdEpoch },
      ':preserved': { holdEpoch, retained },
    },
  });
  try {
    await directory.client.send(say);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
