import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { sealIncoming } from '../incoming-record.ts';
import { withKey, type VaultKeys } from '../open-keys.ts';
import { putRecord } from '../record-store.ts';

/**
 * Keeps that a site read a person's data, when and for what, among the person's disclosures (P14, A36). Written before
 * the data is given out: a read that cannot be recorded is not answered.
 */
export async function recordRead(
  { records, vault }: { records: Table; vault: VaultKeys },
  read: { profileId: string; siteId: string; dataset: string; purpose: string; readId: string; at: string },
): Promise<void> {
  const { profileId, siteId, dataset, purpose, readId, at } = read;
  const disclosure = {
    index: 0,
    dataset: dataMap.disclosure,
    collectedAt: at,
    basis: dataMap.disclosure.basis,
    data: {
      kind: 'read',
      recipient: siteId,
      datasets: [dataset],
      purpose,
      ground: 'D3',
      basis: 'contract',
      at,
    },
  };
  await withKey(vault, `P#${profileId}`, 'retained', async ({ key }) => {
    const row = await sealIncoming(key, profileId, disclosure, { storedAt: at, freshId: readId });
    if (row !== 'too-large') await transact(records.client, [putRecord(records, profileId, row, undefined)]);
  });
}
