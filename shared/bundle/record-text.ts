import { stringify } from 'csv-stringify/sync';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import { csvColumns, exportedFields, type ExportRight } from '#shared/data-map/exported-fields.ts';
import type { ExportRecord } from './export-record.ts';

/** Thrown for a record that did not pass through `redactForExport`, before any byte of it is written. */
export class RecordNotRedacted extends Error {
  override readonly name = 'RecordNotRedacted';
}

/** JSON Lines, and CSV after RFC 4180. */
export type RecordForm = 'jsonl' | 'csv';

/** Consents and disclosures have files of their own in a bundle, made of the JSON Lines; the others are given in both forms. */
export const hasOwnFile = (dataset: DatasetName): boolean =>
  dataset === 'consent' || dataset === 'disclosure';
export const formsOf = (dataset: DatasetName): readonly RecordForm[] =>
  hasOwnFile(dataset) ? ['jsonl'] : ['jsonl', 'csv'];

/** Records of one dataset as they stand in a bundle; whole lines, without the header of the CSV. @throws RecordNotRedacted */
export function recordText(
  form: RecordForm,
  dataset: DatasetName,
  right: ExportRight,
  records: readonly ExportRecord[],
): Buffer {
  const shown = new Set(exportedFields(dataMap[dataset], right).map(({ name }) => name));
  for (const record of records) {
    if (record.dataset !== dataset || Object.keys(record.data).some((name) => !shown.has(name)))
      throw new RecordNotRedacted(`record of ${dataset} holds what may not leave`);
  }
  return form === 'jsonl' ? jsonLines(dataset, right, records) : csvRows(dataset, right, records);
}

/** A record a line, keys in the map's order. */
function jsonLines(dataset: DatasetName, right: ExportRight, records: readonly ExportRecord[]): Buffer {
  const fields = exportedFields(dataMap[dataset], right);
  const line = ({ recordId, externalId, collectedAt, storedAt, basis, data }: ExportRecord): string => {
    const ordered = Object.fromEntries(fields.map(({ name }) => [name, data[name]]));
    return `${JSON.stringify({ recordId, externalId, dataset, collectedAt, storedAt, basis, data: ordered })}\n`;
  };
  return Buffer.from(records.map(line).join(''));
}

/** Cells that a spreadsheet would calculate are guarded by an apostrophe. */
function csvRows(dataset: DatasetName, right: ExportRight, records: readonly ExportRecord[]): Buffer {
  const columns = csvColumns(dataMap[dataset], right);
  const rows = records.map(({ data, ...envelope }) => {
    const cells: Record<string, unknown> = { ...data, ...envelope };
    return columns.map((column) => csvCell(cells[column]));
  });
  return csvText(rows);
}

/** The first line of a dataset's CSV, from the map. */
export const csvHeader = (dataset: DatasetName, right: ExportRight): Buffer =>
  csvText([[...csvColumns(dataMap[dataset], right)]]);

const csvText = (rows: string[][]): Buffer =>
  Buffer.from(stringify(rows, { escape_formulas: true, record_delimiter: 'windows' }));

/** Formulas behind white space, which the guard of csv-stringify does not look behind, though importers may trim. */
const hiddenFormula = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]|^\n/u;

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return hiddenFormula.test(text) ? `'${text}` : text;
}
