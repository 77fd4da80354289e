import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsPath, safeSegment } from '#shared/bundle/bag-path.ts';

const refused = expect.objectContaining({ name: 'PathUnsafe' }) as Error;

describe('paths in a bundle', () => {
  it('A29: stand under data/records, one segment for each name', () => {
    expect(recordsPath('vault', '0199d9a2-0000-7000-8000-000000000001', 'support-case')).toBe(
      'data/records/vault/0199d9a2-0000-7000-8000-000000000001/support-case',
    );
  });

  it.each([
    '..',
    '.',
    '',
    'a/b',
    '/etc',
    'a\\b',
    'C:',
    'a.b',
    'A',
    'a b',
    'ä',
    'a\n',
    'a\u0000',
    '-a',
    'a-',
    'con',
    'nul',
    'a'.repeat(65),
  ])('A29: %j can be no segment', (name) => {
    expect(() => safeSegment(name)).toThrow(refused);
    expect(() => recordsPath('vault', name, 'account')).toThrow(refused);
  });

  it('A29: whatever the names are, the path is refused or stays below', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '../..', './', '%2e%2e', 'a/../..', '\u2025', 'vault'),
      fc.stringMatching(/^[a-z0-9.\\/-]{1,12}$/),
    );
    fc.assert(
      fc.property(name, name, name, (place, controllerId, dataset) => {
        let made: string;
        try {
          made = recordsPath(place, controllerId, dataset);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PathUnsafe' });
          return;
        }
        expect(path.posix.normalize(made)).toBe(made);
        expect(made.split('/')).toHaveLength(5);
        expect(made).toMatch(/^data\/records\/[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+$/);
      }),
      { numRuns: 1000 },
    );
  });
});
