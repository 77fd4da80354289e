import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { describeApi } from '#functions/command/openapi-document.ts';
import { contracts } from '#functions/http/contracts.ts';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';

const file = readFileSync('functions/http/public/openapi.json', 'utf8');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const all = Object.values(contracts).flat();

describe('the OpenAPI document', () => {
  it('is what the contracts say; `npm run openapi` writes it', async () => {
    const document = describeApi(all, version);

    expect(file).toBe(await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }));
  });

  it('is valid OpenAPI 3.1', async () => {
    const outcome = await new Validator().validate(JSON.parse(file) as Record<string, unknown>);

    expect(outcome.errors).toBeUndefined();
    expect(outcome.valid).toBe(true);
  });

  it('names success and problems of every route, and who may call it', () => {
    const { paths } = JSON.parse(file) as {
      paths: Record<string, Record<string, { responses: object; security: object[] }>>;
    };
    for (const { path, method, auth, responses } of all) {
      const operation = paths[path]?.[method.toLowerCase()];
      expect(Object.keys(operation?.responses ?? {})).toEqual(
        expect.arrayContaining([...Object.keys(responses), '422', '500']),
      );
      expect(operation?.security).toHaveLength(auth === 'none' ? 0 : 1);
    }
  });

  it.each(Object.keys(dataMap).filter((name) => name !== 'consent') as DatasetName[])(
    'P15: describes what a record of %s may hold, field by field, and nothing else',
    (name) => {
      const { components } = JSON.parse(file) as {
        components: {
          schemas: Record<string, { properties: object; required?: string[]; description: string }>;
        };
      };
      const schema = components.schemas[`data-${name}`];
      const fields = Object.entries(dataMap[name].fields);

      expect(Object.keys(schema?.properties ?? {})).toEqual(fields.map(([field]) => field));
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(schema?.required ?? []).toEqual(
        fields.filter(([, { required }]) => required).map(([field]) => field),
      );
      for (const [field, { secret }] of fields)
        if (secret)
          expect(schema?.properties).toHaveProperty(
            [field, 'description'],
            expect.stringContaining('salted hash'),
          );
    },
  );

  it('leads from the data of a record to these, and states the length of an installation id', () => {
    const { components } = JSON.parse(file) as { components: { schemas: Record<string, unknown> } };

    expect(JSON.stringify(components.schemas['Records'])).toContain('#/components/schemas/data-{dataset}');
    expect(JSON.stringify(components.schemas['RecordPage'])).toContain('#/components/schemas/data-{dataset}');
    expect(components.schemas['Enrolment']).toHaveProperty(
      'properties.installationId',
      expect.objectContaining({ minLength: 8, maxLength: 64 }),
    );
  });
});
