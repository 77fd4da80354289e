import { partition, queryPage, type Item, type QueryPage, type Table } from '#shared/aws/table.ts';
import { KeyUnavailable } from '#shared/keys/wrapping.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import {
  openPayload,
  parseSealedRecord,
  sealedRecord,
  type SealedRecord,
} from '#shared/vault/record-store.ts';
import type { Place, PlacePage, PlaceRecord } from './place.ts';

/** Some 1 MB of records of 300 bytes: what one Query gives at most, whatever they weigh. */
const rowsAtOnce = 1_500;

/**
 * Our own place. A page is what one Query gives: at most 1 MB, in the order of datasets; `pageSize` makes them smaller
 * for tests. The key rows are read for each page, and both keys are unwrapped for that page alone. While a page is opened
 * and worked on, the ciphertext of the next is on its way. Of an erased profile there is what lies under the retained key.
 */
export const vaultPlace = (records: Table, vault: VaultKeys, pageSize = rowsAtOnce): Place => ({
  name: 'vault',
  assurance: 'vendor-scanned',
  export: async function* (profileId, after) {
    const pk = `P#${profileId}`;
    const read = (start: string | undefined): Promise<QueryPage> => {
      const reading = queryPage(records, {
        ...partition(pk),
        ...sealedRecord,
        Limit: pageSize,
        ...(start === undefined ? {} : { ExclusiveStartKey: { pk, sk: start } }),
      });
      // Whoever stops early never asks what became of it.
      reading.catch(() => undefined);
      return reading;
    };
    for (let ahead: Promise<QueryPage> | undefined = read(after); ahead;) {
      const { items, next }: QueryPage = await ahead;
      const behind = sortKeyOf(next);
      ahead = behind === undefined ? undefined : read(behind);
      const page = await openPage(vault, profileId, items);
      yield behind === undefined ? page : { ...page, next: behind };
    }
  },
});

const sortKeyOf = (key: Item | undefined): string | undefined =>
  typeof key?.['sk'] === 'string' ? key['sk'] : undefined;

async function openPage(vault: VaultKeys, profileId: string, items: readonly Item[]): Promise<PlacePage> {
  const owner = `P#${profileId}` as const;
  const withRetained = async (ordinary: Buffer | undefined): Promise<PlacePage> => {
    const page = await withKey(vault, owner, 'retained', ({ key: retained }) =>
      Promise.resolve(
        items.flatMap((item) => openRow(profileId, parseSealedRecord(item), { ordinary, retained })),
      ),
    );
    if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no retained key`);
    return page.status === 'open' ? { records: page.value } : { records: [], erasedAt: page.at };
  };
  const page = await withKey(vault, owner, 'ordinary', ({ key }) => withRetained(key));
  if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no ordinary key`);
  return page.status === 'open' ? page.value : { ...(await withRetained(undefined)), erasedAt: page.at };
}

type PageKeys = { readonly ordinary: Buffer | undefined; readonly retained: Buffer };

/** Nothing where the key of the row is destroyed. */
function openRow(profileId: string, row: SealedRecord, keys: PageKeys): PlaceRecord[] {
  const { dataset, recordId, basis, collectedAt, storedAt } = row;
  const key = keys[row.scope];
  return key === undefined
    ? []
    : [{ dataset, recordId, basis, collectedAt, storedAt, ...openPayload(key, profileId, row) }];
}
