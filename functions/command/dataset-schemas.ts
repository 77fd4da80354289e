import type { ZodOpenApiOverride } from 'zod-openapi';
import * as z from 'zod';
import { dataMap, type Dataset } from '#shared/data-map/data-map.ts';
import type { Field } from '#shared/data-map/field.ts';
import { fieldSchema } from '#shared/data-map/field-schema.ts';
import { dataSchemaName } from '../http/site-data/contract.ts';

/**
 * What `data` of a record may hold, by the name of the schema in the OpenAPI document. The route takes any object there, so
 * that one record which is wrong does not keep the others out; a plugin is written against these.
 */
export function describeDatasets(): Record<string, z.ZodType> {
  const sent = Object.values(dataMap).filter(({ name }) => name !== 'consent'); // has a call of its own
  return Object.fromEntries(sent.map((dataset) => [dataSchemaName(dataset.name), describeDataset(dataset)]));
}

function describeDataset({ title, fields, heldBy, basis, bases }: Dataset): z.ZodType {
  const described = Object.entries(fields).map(([name, field]) => [name, describeField(field)]);
  const description = `${title.en}. Sent by a ${heldBy.join(' or a ')}. Basis ${basis}; allowed: ${bases.join(', ')}`;
  return z
    .strictObject(Object.fromEntries(described) as Record<string, z.ZodType>)
    .meta({ description, unusedIO: 'input' });
}

function describeField(field: Field): z.ZodType {
  const kept = field.hashedBySource ? 'Sent and kept as a salted hash' : 'Kept as a salted hash';
  const secret = field.secret ? { description: `${kept}, and never given out` } : {};
  const schema = fieldSchema(field).meta({ title: field.title.en, ...secret });
  return field.required ? schema : schema.optional();
}

/** A format says it all; zod's patterns for dates are a screenful each. */
export const dropDatePattern: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
};
