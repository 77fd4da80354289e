import type { Basis } from '#shared/data-map/basis.ts';
import type { DatasetName } from '#shared/data-map/data-map.ts';
import type { RecordData } from '#shared/data-map/parse-record-data.ts';

/** A record as it is exported. Times are RFC 3339; `data` has passed through `redactForExport`. */
export type ExportRecord = {
  readonly recordId: string;
  /** The collector's own name for the record, where it gave one. */
  readonly externalId?: string | undefined;
  readonly dataset: DatasetName;
  /** When the collector says that it was collected. */
  readonly collectedAt: string;
  /** When we stored it, by our clock. */
  readonly storedAt: string;
  readonly basis: Basis;
  readonly data: RecordData;
};
