import * as z from 'zod';
import { bases } from './basis.ts';
import type { Dataset } from './data-map.ts';
import { exportedFields, type ExportRight } from './exported-fields.ts';
import { fieldSchema } from './field-schema.ts';
import type { Language } from './language.ts';

/** JSON Schema (2020-12) of one line of `{dataset}.jsonl` in a bundle, with titles in the person's language. */
export function exportJsonSchema(dataset: Dataset, right: ExportRight, language: Language): object {
  const fields = exportedFields(dataset, right).map(({ name, field }) => {
    const schema = (field.secret ? z.literal(true) : fieldSchema(field)).meta({
      title: field.title[language],
    });
    return [name, field.required && !field.secret ? schema : schema.optional()];
  });
  const line = z.strictObject({
    recordId: z.string(),
    externalId: z.string().optional(),
    dataset: z.literal(dataset.name),
    collectedAt: z.iso.datetime({ offset: true }),
    storedAt: z.iso.datetime({ offset: true }),
    basis: z.enum(bases),
    data: z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>),
  });
  return {
    ...z.toJSONSchema(line, { override: dropPatternOfFormat }),
    title: dataset.title[language],
  };
}

/** A format says it all; zod's patterns for dates and addresses are a screenful each. */
function dropPatternOfFormat({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}
