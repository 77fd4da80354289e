import type { Dataset } from './data-map.ts';
import type { Field } from './field.ts';
import { isProvided } from './portability.ts';
import { setFlagOf } from './withhold-secrets.ts';

/** The two rights that are answered by a bundle. */
export type ExportRight = 'access' | 'portability';

/** A field as bundles show it: under its own name, or as `...Set` where it is a secret. */
export type ExportedField = { readonly name: string; readonly source: string; readonly field: Field };

const known = new WeakMap<Dataset, Partial<Record<ExportRight, readonly ExportedField[]>>>();

/**
 * The fields of a dataset in a bundle, in the map's order; portability: only what the person provided (P25, G19).
 * Header of the CSV, JSON Schema and the records themselves all follow from this list, which is made once.
 */
export function exportedFields(dataset: Dataset, right: ExportRight): readonly ExportedField[] {
  const lists = known.get(dataset) ?? {};
  known.set(dataset, lists);
  return (lists[right] ??= Object.entries(dataset.fields)
    .filter(([, field]) => right === 'access' || isProvided(field))
    .map(([source, field]) => ({ name: field.secret ? setFlagOf(source) : source, source, field })));
}

/** What stands before the fields in a line of CSV, and around `data` in a line of JSON. */
export const envelopeColumns = ['recordId', 'externalId', 'collectedAt', 'storedAt', 'basis'] as const;

/** Header of a dataset's CSV. */
export const csvColumns = (dataset: Dataset, right: ExportRight): readonly string[] => [
  ...envelopeColumns,
  ...exportedFields(dataset, right).map(({ name }) => name),
];
