import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { findFault } from '#shared/ledger/chain-fault.ts';
import { receiptPayload } from '#shared/receipts/receipt-statement.ts';
import { receiptTexts } from '#shared/receipts/receipt-texts.ts';
import { subjectHash } from '#shared/receipts/subject-hash.ts';

// What rots in docs/evidence.md: names of fields, copies, outcomes, assurances; and the bytes of its example.
const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/evidence.md'), 'utf8');
/** What stands in backticks in the first cells of tables. */
const listed = new Set(
  [...text.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  ),
);
const { copyKinds, assurances, outcomes, withheld, endings } = receiptTexts.en;

describe('docs/evidence.md', () => {
  it.each(
    Object.entries({
      field: receiptPayload.shape,
      copy: copyKinds,
      assurance: assurances,
      outcome: outcomes,
      reason: withheld,
    }),
  )('A9: explains every %s of a receipt', (_kind, names) => {
    expect(Object.keys(names).filter((name) => !listed.has(name))).toEqual([]);
    expect(Object.keys(names).length).toBeGreaterThan(2);
  });

  it('A9: explains everything that ends a copy', () => {
    for (const ending of Object.keys(endings))
      expect(text).toMatch(new RegExp(`^\\| \`.*\\| \`${ending}\``, 'm'));
  });

  it('explains what the audit finds', () => {
    const found = findFault('R#1', [{}], { before: undefined, after: undefined })?.problem;

    expect(found).toBe('added');
    for (const word of ['changed', 'missing', 'reordered', 'added']) expect(listed).toContain(word);
  });

  it('A9: tells how an auditor gets the version of the data map, and that is the one in receipts', () => {
    const [command] = /(?<=^```sh\n)npx node [^`]*sha256sum$/m.exec(text) ?? [];

    const printed = execFileSync('bash', ['-o', 'pipefail', '-c', command ?? 'false'], {
      cwd: path.resolve(import.meta.dirname, '../../..'),
      encoding: 'utf8',
    });

    expect(`sha256:${printed.split(' ')[0] ?? ''}`).toBe(dataMapVersion);
  });

  it('has an example of a subject that is what the code makes', () => {
    const example = z
      .strictObject({ salt: z.string(), kind: z.literal('email'), identifier: z.string(), hash: z.string() })
      .parse(JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? ''));

    expect(subjectHash(example.salt, example.kind, example.identifier)).toBe(example.hash);
  });
});
