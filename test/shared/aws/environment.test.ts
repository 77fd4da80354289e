import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readEnvironment } from '#shared/aws/environment.ts';
import { variables } from '#shared/aws/variables.ts';

const { KEYS_TABLE_NAME, PUBLIC_ORIGIN } = variables;
const schema = z.object({ KEYS_TABLE_NAME, PUBLIC_ORIGIN });
const right = { KEYS_TABLE_NAME: 'keys-1', PUBLIC_ORIGIN: 'https://rights.example' };

describe('readEnvironment', () => {
  it('gives the variables of the schema and no others', () => {
    expect(readEnvironment(schema, { ...right, AWS_SECRET_ACCESS_KEY: 'canary' })).toEqual(right);
  });

  it('A18: names every variable that is missing or wrong, and no value', () => {
    const read = () => readEnvironment(schema, { PUBLIC_ORIGIN: 'canary' });

    expect(read).toThrow('environment variables missing or wrong: KEYS_TABLE_NAME, PUBLIC_ORIGIN');
    expect(read).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') as string }),
    );
  });
});
