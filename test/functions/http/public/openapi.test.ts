import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { describeApi } from '#functions/command/openapi-document.ts';
import { contracts } from '#functions/http/contracts.ts';

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
});
