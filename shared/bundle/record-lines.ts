import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import type { RecordFile } from './bundle-content.ts';
import type { ExportRecord } from './export-record.ts';
import { csvHeader } from './record-text.ts';

/** Thrown where a file holds another number of records than it should: nothing may get lost in silence. */
export class RecordCountDiffers extends Error {
  override readonly name = 'RecordCountDiffers';
}

const lineEnd = '\n'.charCodeAt(0);

/** `{dataset}.jsonl`, counted: JSON holds no line end but that of its line. @throws RecordCountDiffers */
export async function* jsonLinesFile(file: RecordFile): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const lines of file.text('jsonl')) {
    for (let at = lines.indexOf(lineEnd); at >= 0; at = lines.indexOf(lineEnd, at + 1)) count += 1;
    yield lines;
  }
  if (count !== file.count)
    throw new RecordCountDiffers(`${file.dataset}: ${count} records, not ${file.count}`);
}

/** `{dataset}.csv`: made of the same records, page by page, as the JSON Lines. */
export async function* csvFile(file: RecordFile, right: ExportRight): AsyncGenerator<Buffer> {
  yield csvHeader(file.dataset, right);
  yield* file.text('csv');
}

/** The records of a file again, page by page. @throws RecordCountDiffers */
export async function* recordsOf(file: RecordFile): AsyncGenerator<readonly ExportRecord[]> {
  for await (const lines of jsonLinesFile(file))
    yield lines
      .toString('utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ExportRecord]));
}
