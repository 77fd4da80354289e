import { partition, queryPage, type Table } from '#shared/aws/table.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow, type RecordRow } from '#shared/vault/record-store.ts';
import type { Place, PlaceRecord } from './place.ts';

/**
 * Our own place. A page is what one Query gives: at most 1 MB, in the order of datasets; `pageSize` makes them smaller
 * for tests. The key rows are read before each page, and both keys are unwrapped for that page alone.
 */
export const vaultPlace = (records: Table, vault: VaultKeys, pageSize?: number): Place => ({
  name: 'vault',
  assurance: 'vendor-scanned',
  export: async (profileId, after) => {
    const owner = `P#${profileId}` as const;
    const page = await withKey(vault, owner, 'ordinary', (ordinary) =>
      withKey(vault, owner, 'retained', async (retained) => {
        const { items, next } = await queryPage(records, {
          ...partition(owner),
          ...(pageSize === undefined ? {} : { Limit: pageSize }),
          ...(after === undefined ? {} : { ExclusiveStartKey: { pk: owner, sk: after } }),
        });
        const open = (row: RecordRow) =>
          openRow(profileId, row, { ordinary: ordinary.key, retained: retained.key });
        const found = { records: items.map(parseRecordRow).map(open) };
        return typeof next?.['sk'] === 'string' ? { ...found, next: next['sk'] } : found;
      }),
    );
    return page.status === 'open' && page.value.status === 'open' ? page.value.value : { erased: true };
  },
});

function openRow(profileId: string, row: RecordRow, keys: Record<RecordRow['scope'], Buffer>): PlaceRecord {
  const { dataset, recordId, basis, collectedAt, storedAt } = row;
  const payload = openPayload(keys[row.scope], profileId, row);
  return { dataset, recordId, basis, collectedAt, storedAt, ...payload };
}
