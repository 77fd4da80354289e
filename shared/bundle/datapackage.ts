import { dataMap } from '#shared/data-map/data-map.ts';
import { envelopeColumns, exportedFields, type ExportRight } from '#shared/data-map/exported-fields.ts';
import type { FieldKind } from '#shared/data-map/field.ts';
import type { Language } from '#shared/data-map/language.ts';
import type { BagFile } from './bag-writer.ts';
import type { BundleContent, RecordFile } from './bundle-content.ts';

/** A CSV as it was written, and the records that it holds. */
export type CsvResource = { readonly file: BagFile; readonly records: RecordFile };

/** Types of Table Schema, where the guard against formulas cannot change a cell; all others are text. */
const tableTypes: Partial<Record<FieldKind, string>> = {
  'whole-number': 'integer',
  'yes-no': 'boolean',
  'date-time': 'datetime',
};

/** `data/datapackage.json`: a Frictionless Data Package (v1) of the CSV files, with their sizes and hashes. */
export function dataPackage(
  { request, createdAt }: BundleContent,
  resources: readonly CsvResource[],
): object {
  return {
    profile: 'tabular-data-package',
    name: `data-rights-${request.requestId}`,
    created: createdAt,
    resources: resources.map(({ file, records }) => ({
      name: [records.place, records.controllerId, records.dataset].join('-'),
      title: dataMap[records.dataset].title[request.language],
      // Relative to this file, which stands in `data/`.
      path: file.path.slice('data/'.length),
      profile: 'tabular-data-resource',
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      bytes: file.bytes,
      hash: `sha512:${file.sha512}`,
      count: records.count,
      schema: { fields: tableFields(records, request.right, request.language), missingValues: [''] },
    })),
  };
}

function tableFields({ dataset }: RecordFile, right: ExportRight, language: Language): object[] {
  const envelope = envelopeColumns.map((name) => ({
    name,
    type: name.endsWith('At') ? 'datetime' : 'string',
  }));
  const fields = exportedFields(dataMap[dataset], right).map(({ name, field }) => ({
    name,
    title: field.title[language],
    type: field.secret ? 'boolean' : (tableTypes[field.kind] ?? 'string'),
  }));
  return [...envelope, ...fields];
}
