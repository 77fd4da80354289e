import { deleteItems } from '#shared/aws/delete-items.ts';
import { inFlight } from '#shared/aws/in-flight.ts';
import type { Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { markPages, type RecordMark } from '#shared/vault/record-marks.ts';
import { addCounts, readErased, writeErased, type Erased } from './counts.ts';
import { isKept } from './keeping.ts';

export type ErasingRun = {
  readonly requestId: string;
  readonly profileId: string;
  readonly now: string;
  /** Whether there is time for one more page. */
  readonly mayGoOn: () => boolean;
  /** Only tests make pages smaller. */
  readonly pageSize?: number;
};

/** Batches of 25 on their way at once: enough for tens of thousands of rows a second, little enough to hold. */
const batchesAtOnce = 16;

/**
 * Deletes the records of a profile that do not stay. Each page is counted before it is deleted: the count says up to which
 * sort key it reaches, and what is found there again, by a run after a crash, is deleted and not counted. Once all are
 * counted, whatever turns up later is deleted without being counted: it was not among what was found.
 * @returns whether all are gone; false where another run is to go on
 * @throws CountForged
 */
export async function eraseRecords(
  { records, requests, erasedKey }: { records: Table; requests: Table; erasedKey: MacKey },
  { requestId, profileId, mayGoOn, pageSize }: ErasingRun,
): Promise<boolean> {
  const whose = { requestId, profileId };
  let erased = await readErased(requests, erasedKey, whose);
  let reached = erased?.deletedTo;
  const deletes = inFlight(batchesAtOnce);
  try {
    for await (const { marks, last, more } of markPages(records, profileId, {
      after: erased?.deletedTo,
      pageSize,
    })) {
      const going = marks.filter((mark) => !isKept(mark));
      const counted = countPage(erased, going);
      if (counted) erased = await writeErased(requests, erasedKey, whose, counted, erased);
      if (counted && !erased) return false;
      await deleteItems(
        records,
        going.map(({ sk }) => ({ pk: `P#${profileId}`, sk })),
        deletes,
      );
      reached = last ?? reached;
      if (more && !mayGoOn()) {
        await deletes.end();
        await writeErased(requests, erasedKey, whose, { ...(erased ?? nothing), deletedTo: reached }, erased);
        return false;
      }
    }
  } finally {
    await deletes.end();
  }
  const { datasets } = erased ?? nothing;
  return (await writeErased(requests, erasedKey, whose, { datasets, done: true }, erased)) !== undefined;
}

const nothing: Omit<Erased, 'version'> = { datasets: {}, done: false };

/** The count with those of these rows that it does not have yet; undefined where it has them all. */
function countPage(
  erased: Erased | undefined,
  going: readonly RecordMark[],
): Omit<Erased, 'version'> | undefined {
  if (erased?.done) return undefined;
  const upTo = erased?.upTo;
  const fresh = upTo === undefined ? going : going.filter(({ sk }) => sk > upTo);
  const last = fresh.at(-1);
  return (
    last && { ...(erased ?? nothing), datasets: addCounts(erased?.datasets ?? {}, fresh), upTo: last.sk }
  );
}
