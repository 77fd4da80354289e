import type { KeyObject } from 'node:crypto';
import { readAhead } from '#shared/aws/read-ahead.ts';
import { partition, queryPages, type QueryPage, type Table } from '#shared/aws/table.ts';
import { readKey, type KeyRow } from '#shared/keys/key-store.ts';
import { KeyUnavailable } from '#shared/keys/wrapping.ts';
import { lendKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { keyObject } from '#shared/vault/record-format.ts';
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
 * for tests. The key rows are read for each page once its rows are there, and both keys are unwrapped for that page alone.
 * While a page is opened and worked on, the next is on its way. Of an erased profile there is what lies under the retained
 * key.
 */
export const vaultPlace = (records: Table, vault: VaultKeys, pageSize = rowsAtOnce): Place => ({
  name: 'vault',
  assurance: 'vendor-scanned',
  export: async function* (profileId, after) {
    const pk = `P#${profileId}`;
    const start = after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } };
    const pages = queryPages(records, { ...partition(pk), ...sealedRecord, Limit: pageSize, ...start });
    for await (const sealed of readAhead(withKeyRows(vault.keys, profileId, pages))) {
      const page = await openPage(vault.wrapping, profileId, sealed);
      const next = sealed.next?.['sk'];
      yield typeof next === 'string' ? { ...page, next } : page;
    }
  },
});

type SealedPage = QueryPage & {
  readonly ordinary: KeyRow | undefined;
  readonly retained: KeyRow | undefined;
};

/** Pages as they are stored, with the key rows as they are when the page has come: an erasure before that is seen. */
async function* withKeyRows(
  keys: Table,
  profileId: string,
  pages: AsyncIterable<QueryPage>,
): AsyncGenerator<SealedPage, void> {
  const owner = `P#${profileId}` as const;
  for await (const page of pages) {
    const [ordinary, retained] = await Promise.all([
      readKey(keys, owner, 'ordinary'),
      readKey(keys, owner, 'retained'),
    ]);
    yield { ...page, ordinary, retained };
  }
}

async function openPage(
  wrapping: VaultKeys['wrapping'],
  profileId: string,
  { items, ordinary, retained }: SealedPage,
): Promise<PlacePage> {
  const owner = `P#${profileId}` as const;
  const withRetained = async (ordinaryKey: KeyObject | undefined): Promise<PlacePage> => {
    const retainedRow = { owner, scope: 'retained', row: retained } as const;
    const page = await lendKey(wrapping, retainedRow, ({ key }) => {
      const keys = { ordinary: ordinaryKey, retained: keyObject(key) };
      return Promise.resolve(items.flatMap((item) => openRow(profileId, parseSealedRecord(item), keys)));
    });
    if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no retained key`);
    return page.status === 'open' ? { records: page.value } : { records: [], erasedAt: page.at };
  };
  const ordinaryRow = { owner, scope: 'ordinary', row: ordinary } as const;
  const page = await lendKey(wrapping, ordinaryRow, ({ key }) => withRetained(keyObject(key)));
  if (page.status === 'absent') throw new KeyUnavailable(`profile ${profileId} has no ordinary key`);
  return page.status === 'open' ? page.value : { ...(await withRetained(undefined)), erasedAt: page.at };
}

type PageKeys = { readonly ordinary: KeyObject | undefined; readonly retained: KeyObject };

/** Nothing where the key of the row is destroyed. */
function openRow(profileId: string, row: SealedRecord, keys: PageKeys): PlaceRecord[] {
  const { dataset, recordId, basis, collectedAt, storedAt } = row;
  const key = keys[row.scope];
  return key === undefined
    ? []
    : [{ dataset, recordId, basis, collectedAt, storedAt, ...openPayload(key, profileId, row) }];
}
