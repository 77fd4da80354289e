import { partition, queryPage, type Table } from '#shared/aws/table.ts';
import type { Basis } from '#shared/data-map/basis.ts';
import { findDataset } from '#shared/data-map/data-map.ts';
import { withholdSecrets } from '#shared/data-map/withhold-secrets.ts';
import { withLiveKey, type Opened, type VaultKeys } from './open-keys.ts';
import { seal, subkey, unseal, SealBroken } from './record-format.ts';
import { openPayload, parseRecordRow } from './record-store.ts';

export type ReadRecord = {
  readonly recordId: string;
  readonly externalId?: string;
  readonly collectedAt: string;
  readonly storedAt: string;
  readonly basis: Basis;
  readonly data: Record<string, unknown>;
};
export type ReadPage = { readonly records: ReadRecord[]; readonly cursor?: string };

/** Thrown when a cursor was not given out for this very query. */
export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
}

const pageSize = 100;

/**
 * One page of a dataset of a profile, secrets left out. The cursor is sealed and bound to reader, profile and dataset,
 * so that it is no key to anything else (A36). Of an erased profile nothing is read, whatever was retained (A7).
 * @throws CursorInvalid
 */
export async function readRecordPage(
  { records, vault }: { records: Table; vault: VaultKeys },
  read: { profileId: string; dataset: string; readerId: string; cursor?: string | undefined; limit?: number },
): Promise<Opened<ReadPage>> {
  const dataset = findDataset(read.dataset);
  if (!dataset) return { status: 'absent' };
  const binding = ['cursor', read.readerId, read.profileId, dataset.name];
  return withLiveKey(vault, read.profileId, dataset.scope, async ({ key }) => {
    const cursorKey = subkey(key, 'cursor');
    const start = read.cursor === undefined ? undefined : openCursor(cursorKey, binding, read.cursor);
    const page = await queryPage(records, {
      ...partition(`P#${read.profileId}`, `${dataset.name}#`),
      Limit: read.limit ?? pageSize,
      ...(start === undefined ? {} : { ExclusiveStartKey: { pk: `P#${read.profileId}`, sk: start } }),
    });
    const found = page.items.map(parseRecordRow).map((row): ReadRecord => {
      const { externalId, data } = openPayload(key, read.profileId, row);
      const { recordId, collectedAt, storedAt, basis } = row;
      const named = externalId === undefined ? {} : { externalId };
      return { recordId, ...named, collectedAt, storedAt, basis, data: withholdSecrets(dataset, data) };
    });
    if (typeof page.next?.['sk'] !== 'string') return { records: found };
    const cursor = seal(cursorKey, binding, Buffer.from(page.next['sk'], 'utf8')).toString('base64url');
    return { records: found, cursor };
  });
}

function openCursor(key: Buffer, binding: readonly string[], cursor: string): string {
  try {
    return unseal(key, binding, Buffer.from(cursor, 'base64url')).toString('utf8');
  } catch (error) {
    if (error instanceof SealBroken) throw new CursorInvalid('cursor is not of this query');
    throw error;
  }
}
