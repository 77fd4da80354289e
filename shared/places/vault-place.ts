import type { KeyObject } from 'node:crypto';
import { partition, queryPage, type Item, type QueryPage, type Table } from '#shared/aws/table.ts';
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
 * for tests. The key rows are read when a page's turn comes, and both keys are unwrapped for that page alone: what was
 * erased meanwhile is not opened. Then the next page's ciphertext is asked for, and comes while this one is opened and
 * worked on. Of an erased profile there is what lies under the retained key.
 */
export const vaultPlace = (records: Table, vault: VaultKeys, pageSize = rowsAtOnce): Place => ({
  name: 'vault',
  assurance: 'vendor-scanned',
  export: async function* (profileId, after) {
    const pk = `P#${profileId}`;
    const read = (start: string | undefined): Promise<QueryPage> => {
      const from = start === undefined ? {} : { ExclusiveStartKey: { pk, sk: start } };
      const reading = queryPage(records, { ...partition(pk), ...sealedRecord, Limit: pageSize, ...from });
      // Whoever stops early never asks what became of it.
      reading.catch(() => undefined);
      return reading;
    };
    for (let ahead: Promise<QueryPage> | undefined = read(after); ahead;) {
      const { items, next }: QueryPage = await ahead;
      const rows = await readKeyRows(vault.keys, profileId);
      const behind = sortKeyOf(next);
      ahead = behind === undefined ? undefined : read(behind);
      const page = await openPage(vault.wrapping, profileId, { ...rows, items });
      yield behind === undefined ? page : { ...page, next: behind };
    }
  },
});

const sortKeyOf = (key: Item | undefined): string | undefined =>
  typeof key?.['sk'] === 'string' ? key['sk'] : undefined;

type KeyRows = { readonly ordinary: KeyRow | undefined; readonly retained: KeyRow | undefined };
type SealedPage = KeyRows & { readonly items: readonly Item[] };

async function readKeyRows(keys: Table, profileId: string): Promise<KeyRows> {
  const owner = `P#${profileId}` as const;
  const [ordinary, retained] = await Promise.all([
    readKey(keys, owner, 'ordinary'),
    readKey(keys, owner, 'retained'),
  ]);
  return { ordinary, retained };
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
