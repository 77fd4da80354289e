import * as z from 'zod';
import { inputErrors } from '#shared/http/input-errors.ts';
import type { InputError } from '#shared/http/problem.ts';
import type { Dataset } from './data-map.ts';
import { fieldSchema } from './field-schema.ts';

/** The values of one record by field name. */
export type RecordData = Record<string, unknown>;

export type ParsedRecordData =
  | { readonly ok: true; readonly data: RecordData }
  | { readonly ok: false; readonly errors: readonly InputError[] };

const schemas = new WeakMap<Dataset, z.ZodType<RecordData>>();

/**
 * Checks what a caller sent as the data of a record. Unknown fields are refused, `__proto__` and `constructor` among
 * them; values are flat (a list of words at most), so depth is bounded by the map. Paths and messages hold no value.
 * An amount that comes as a JSON number is stored as its decimal text.
 */
export function parseRecordData(dataset: Dataset, data: unknown): ParsedRecordData {
  const parsed = schemaOf(dataset).safeParse(amountsAsText(dataset, data));
  return parsed.success ? { ok: true, data: parsed.data } : { ok: false, errors: inputErrors(parsed.error) };
}

function schemaOf(dataset: Dataset): z.ZodType<RecordData> {
  const known = schemas.get(dataset);
  if (known) return known;
  const fields = Object.entries(dataset.fields).map(([name, field]) => [
    name,
    field.required ? fieldSchema(field) : fieldSchema(field).optional(),
  ]);
  const schema = z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
  schemas.set(dataset, schema);
  return schema;
}

function amountsAsText(dataset: Dataset, data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const numbers = Object.entries(data).filter(
    ([name, value]) =>
      typeof value === 'number' &&
      Object.hasOwn(dataset.fields, name) &&
      dataset.fields[name]?.kind === 'amount',
  );
  return numbers.length === 0
    ? data
    : { ...data, ...Object.fromEntries(numbers.map(([name, value]) => [name, String(value)])) };
}
