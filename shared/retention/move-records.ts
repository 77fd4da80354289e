import type { Table } from '#shared/aws/table.ts';
import { transact, type TransactionItem } from '#shared/aws/transaction.ts';
import { profileKey } from '#shared/profiles/profile-store.ts';
import type { ProfileKeys } from '#shared/vault/open-keys.ts';
import type { RecordMark } from '#shared/vault/record-marks.ts';
import { moveRow, putRecord, type RecordRow } from '#shared/vault/record-store.ts';
import type { Hold } from './holds.ts';
import { isMisplaced, placementOf } from './keeping.ts';

/** Below the 100 items and the 4 MB of a transaction; one row has at most some 350 KB. */
const mostRows = 90;
const mostBytes = 3_000_000;

/**
 * Puts rows under the key under which they must lie. Each transaction checks that the profile is still taken by this request
 * under the same holds, so that a run that was left behind moves nothing any more.
 * @throws TransactionRefused when it is not
 */
export async function moveRecords(
  { records, directory }: { records: Table; directory: Table },
  profile: { profileId: string; holdEpoch: number; requestId: string },
  { rows, holds, keys }: { rows: readonly RecordRow[]; holds: readonly Hold[]; keys: ProfileKeys },
): Promise<void> {
  const { profileId } = profile;
  for (const chunk of chunksOf(rows.filter((row) => isMisplaced(markOf(row), holds)))) {
    const puts = chunk.map((row) => {
      const moved = moveRow(keys, profileId, row, placementOf(markOf(row), holds));
      return putRecord(records, profileId, moved, row);
    });
    await transact(records.client, [isTaken(directory, profile), ...puts]);
  }
}

const markOf = ({ dataset, recordId, scope, heldBy }: RecordRow): RecordMark => ({
  ...{ sk: `${dataset}#${recordId}`, dataset, scope, heldBy },
});

function* chunksOf(rows: readonly RecordRow[]): Generator<RecordRow[]> {
  let chunk: RecordRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (chunk.length >= mostRows || (chunk.length > 0 && bytes + row.ciphertext.length > mostBytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += row.ciphertext.length;
  }
  if (chunk.length > 0) yield chunk;
}

const isTaken = (
  directory: Table,
  { profileId, holdEpoch, requestId }: { profileId: string; holdEpoch: number; requestId: string },
): TransactionItem => ({
  ConditionCheck: {
    TableName: directory.name,
    Key: profileKey(profileId, 'META'),
    ConditionExpression: '#state = :erasing AND erasingBy = :me AND holdEpoch = :holdEpoch',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':erasing': 'erasing', ':me': requestId, ':holdEpoch': holdEpoch },
  },
});
