import { stringify } from 'csv-stringify/sync';
import { dataMap } from '#shared/data-map/data-map.ts';
import { csvColumns, exportedFields, type ExportRight } from '#shared/data-map/exported-fields.ts';
import type { RecordFile } from './bundle-content.ts';
import type { ExportRecord } from './export-record.ts';

/** Thrown where the pages of a file hold another number of records than they should: nothing may get lost in silence. */
export class RecordCountDiffers extends Error {
  override readonly name = 'RecordCountDiffers';
}

/** Thrown for a record that did not pass through `redactForExport`, before any byte of it is written. */
export class RecordNotRedacted extends Error {
  override readonly name = 'RecordNotRedacted';
}

/** The pages of a file, counted. One page is in memory at a time. */
export async function* countedPages(
  file: RecordFile,
  right: ExportRight,
): AsyncGenerator<readonly ExportRecord[]> {
  const shown = new Set(exportedFields(dataMap[file.dataset], right).map(({ name }) => name));
  let count = 0;
  for await (const page of file.pages()) {
    count += page.length;
    for (const { dataset, data } of page) {
      if (dataset !== file.dataset || Object.keys(data).some((name) => !shown.has(name))) {
        throw new RecordNotRedacted(`record of ${file.dataset} holds what may not leave`);
      }
    }
    yield page;
  }
  if (count !== file.count)
    throw new RecordCountDiffers(`${file.dataset}: ${count} records, not ${file.count}`);
}

/** `{dataset}.jsonl`: a record a line, keys in the map's order. */
export async function* jsonLines(file: RecordFile, right: ExportRight): AsyncGenerator<Buffer> {
  const fields = exportedFields(dataMap[file.dataset], right);
  const line = ({
    recordId,
    externalId,
    dataset,
    collectedAt,
    storedAt,
    basis,
    data,
  }: ExportRecord): string => {
    const ordered = Object.fromEntries(fields.map(({ name }) => [name, data[name]]));
    return `${JSON.stringify({ recordId, externalId, dataset, collectedAt, storedAt, basis, data: ordered })}\n`;
  };
  for await (const page of countedPages(file, right)) yield Buffer.from(page.map(line).join(''));
}

/** `{dataset}.csv`: RFC 4180, header from the map, cells that a spreadsheet would calculate guarded by an apostrophe. */
export async function* csvLines(file: RecordFile, right: ExportRight): AsyncGenerator<Buffer> {
  const columns = csvColumns(dataMap[file.dataset], right);
  const row = ({ data, ...envelope }: ExportRecord): string[] => {
    const cells: Record<string, unknown> = { ...data, ...envelope };
    return columns.map((column) => csvCell(cells[column]));
  };
  yield csvText([[...columns]]);
  for await (const page of countedPages(file, right)) yield csvText(page.map(row));
}

const csvText = (rows: string[][]): Buffer =>
  Buffer.from(stringify(rows, { escape_formulas: true, record_delimiter: 'windows' }));

/** Formulas behind white space, which the guard of csv-stringify does not look behind, though importers may trim. */
const hiddenFormula = /^[\s\p{Cc}\p{Cf}]+[=+\-@\uff1d\uff0b\uff0d\uff20]|^\n/u;

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return hiddenFormula.test(text) ? `'${text}` : text;
}
