import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { keyLives } from '#shared/keys/key-store.ts';
import type { Profile } from '#shared/profiles/profile-store.ts';
import { profileIsReadable } from '#shared/profiles/readable.ts';
import { sealIncoming } from '../incoming-record.ts';
import { withLiveKey, type VaultKeys } from '../open-keys.ts';
import { putRecord } from '../record-store.ts';

/**
 * Keeps that a site read a person's data, when and for what, among the person's disclosures (P14, A36). Written before
 * the data is given out, and only into a profile that is open and not restricted: a read that cannot be recorded is not
 * answered.
 * @returns `erased` where a key's tombstone says so, `refused` where the profile or its key is being taken, or is restricted
 */
export async function recordRead(
  { records, directory, vault }: { records: Table; directory: Table; vault: VaultKeys },
  profile: Profile,
  read: { siteId: string; dataset: string; purpose: string; readId: string; at: string },
): Promise<'recorded' | 'erased' | 'refused'> {
  const { profileId } = profile;
  const { siteId, dataset, purpose, readId, at } = read;
  const data = {
    kind: 'read',
    recipient: siteId,
    datasets: [dataset],
    purpose,
    ground: 'D3',
    basis: 'contract',
    at,
  };
  const { disclosure } = dataMap;
  const record = { index: 0, dataset: disclosure, collectedAt: at, basis: disclosure.basis, data };
  const owner = `P#${profileId}` as const;
  const kept = await withLiveKey(vault, profileId, 'retained', async ({ key, epoch, ordinaryEpoch }) => {
    const row = await sealIncoming(key, profileId, record, { storedAt: at, freshId: readId });
    if (row === 'too-large') return 'refused';
    try {
      await transact(records.client, [
        profileIsReadable(directory, profile),
        keyLives(vault.keys, owner, 'retained', epoch),
        keyLives(vault.keys, owner, 'ordinary', ordinaryEpoch),
        putRecord(records, profileId, row, undefined),
      ]);
      return 'recorded';
    } catch (error) {
      if (error instanceof TransactionRefused) return 'refused';
      throw error;
    }
  });
  if (kept.status === 'open') return kept.value;
  return kept.status === 'erased' ? 'erased' : 'refused';
}
