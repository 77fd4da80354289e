import type { Dataset } from '#shared/data-map/data-map.ts';
import { exportedFields, type ExportRight } from '#shared/data-map/exported-fields.ts';
import type { RecordData } from '#shared/data-map/parse-record-data.ts';
import { isPortable } from '#shared/data-map/portability.ts';
import { withholdSecrets } from '#shared/data-map/withhold-secrets.ts';
import type { ExportRecord } from './export-record.ts';
import { redaction, type Redaction } from './redaction.ts';

/**
 * What of a stored record a person gets, and what was left out of it and why.
 *
 * Access (Art. 15): everything but secrets, of which it says that they are set (P08). Portability (Art. 20): records on
 * consent or contract, and of these the fields that the person provided (P25, G19, G25). Fields that the map does not
 * know are withheld and listed: nobody has said whether they are secret.
 */
export function redactForExport(
  right: ExportRight,
  dataset: Dataset,
  record: ExportRecord,
): { readonly record?: ExportRecord; readonly redactions: readonly Redaction[] } {
  const { name } = dataset;
  if (right === 'portability' && !isPortable(dataset, record.basis)) {
    return { redactions: [redaction(name, 'basis-not-portable')] };
  }
  const redactions = Object.keys(record.data)
    .filter((field) => record.data[field] !== undefined)
    .flatMap((field) => redactionOf(right, dataset, field));
  const data = dataFor(right, dataset, record.data);
  if (right === 'portability' && Object.keys(data).length === 0) return { redactions };
  return { record: { ...record, data }, redactions };
}

function redactionOf(right: ExportRight, dataset: Dataset, field: string): Redaction[] {
  const facts = Object.hasOwn(dataset.fields, field) ? dataset.fields[field] : undefined;
  if (!facts) return [redaction(dataset.name, 'not-in-data-map')];
  if (facts.secret) return [redaction(dataset.name, 'secret', { field })];
  const isShown = exportedFields(dataset, right).some(({ source }) => source === field);
  return isShown ? [] : [redaction(dataset.name, 'not-provided-by-subject', { field })];
}

function dataFor(right: ExportRight, dataset: Dataset, data: RecordData): RecordData {
  const shown = withholdSecrets(dataset, data);
  const entries = exportedFields(dataset, right)
    .filter(({ name }) => Object.hasOwn(shown, name))
    .map(({ name }) => [name, shown[name]] as const);
  return Object.fromEntries(entries);
}
