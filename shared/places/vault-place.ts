import { partition, queryPage, type Table } from '#shared/aws/table.ts';
import { KeyUnavailable } from '#shared/keys/wrapping.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow, type RecordRow } from '#shared/vault/record-store.ts';
import type { Place, PlacePage, PlaceRecord } from './place.ts';

/** Some 1 MB of records of 300 bytes: what one Query gives at most, whatever they weigh. */
const rowsAtOnce = 1_500;

/**
 * Our own place. A page is what one Query gives: at most 1 MB, in the order of datasets; `pageSize` makes them smaller
 * for tests. The key rows are read before each page, and both keys are unwrapped for that page alone. Of an erased profile
 * there is what lies under the retained key.
 */
export const vaultPlace = (records: Table, vault: VaultKeys, pageSize = rowsAtOnce): Place => ({
  name: 'vault',
  assurance: 'vendor-scanned',
  export: async (profileId, after) => {
    const owner = `P#${profileId}` as const;
    const readPage = async (keys: PageKeys): Promise<PlacePage> => {
      const { items, next } = await queryPage(records, {
        ...partition(owner),
        Limit: pageSize,
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk: owner, sk: after } }),
      });
      const found = { records: items.map(parseRecordRow).flatMap((row) => openRow(profileId, row, keys)) };
      return typeof next?.['sk'] === 'string' ? { ...found, next: next['sk'] } : found;
    };
    const withRetained = async (ordinary: Buffer | undefined): Promise<PlacePage> => {
      const page = await withKey(vault, owner, 'retained', ({ key }) =>
        readPage({ ordinary, retained: key }),
      );
      if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no retained key`);
      return page.status === 'open' ? page.value : { records: [], erasedAt: page.at };
    };
    const page = await withKey(vault, owner, 'ordinary', ({ key }) => withRetained(key));
    if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no ordinary key`);
    return page.status === 'open' ? page.value : { ...(await withRetained(undefined)), erasedAt: page.at };
  },
});

type PageKeys = { readonly ordinary: Buffer | undefined; readonly retained: Buffer };

/** Nothing where the key of the row is destroyed. */
function openRow(profileId: string, row: RecordRow, keys: PageKeys): PlaceRecord[] {
  const { dataset, recordId, basis, collectedAt, storedAt } = row;
  const key = keys[row.scope];
  return key === undefined
    ? []
    : [{ dataset, recordId, basis, collectedAt, storedAt, ...openPayload(key, profileId, row) }];
}
