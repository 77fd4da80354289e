import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { functionNames } from '#infra/powers/functions.ts';
import { states } from '#shared/requests/states.ts';
import { seal, subkey, unseal } from '#shared/vault/record-format.ts';
import { openPayload, recordIdOf, digestOf } from '#shared/vault/record-store.ts';
import { ofType, synthesize } from '#test/infra/synthesize.ts';

// What rots in documents: names of files, commands, states, functions, alarms, settings, tests; and the bytes of a vector.
const root = path.resolve(import.meta.dirname, '..');
const documents = ['README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)];
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const parse = (file: string): unknown => JSON.parse(read(file));

/** First cells of the rows of every table in a document. */
const firstCells = (text: string): string[] =>
  [...text.matchAll(/^\|([^|]+)\|/gm)].map(([, cell = '']) => cell.trim());
/** What stands in backticks. */
const codesIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe.each(documents)('%s', (file) => {
  const text = read(file);

  it('leads to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const relative = links.filter((target) => !/^(https:|#)/.test(target));
    const dead = relative.filter(
      (target) => !existsSync(path.join(root, path.dirname(file), target.replace(/#.*$/, ''))),
    );
    expect(dead).toEqual([]);
  });

  it('names files of the project that exist', () => {
    const places = /^(?:infra|functions|shared|test|docs)\/[\w./-]+$/;
    const named = codesIn(text).filter((code) => places.test(code) && !code.includes('...'));
    expect(named.filter((place) => !existsSync(path.join(root, place)) && !isFunction(place))).toEqual([]);
  });

  it('names scripts that npm knows', () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(parse('package.json'));
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(scripts).toHaveProperty('start');
    expect(scripts).toHaveProperty('test');
  });
});

/** `schedule/expire` is a function; so are paths below `functions/` without it. */
const isFunction = (name: string): boolean => functionNames.some((known) => known === name);

describe('README.md', () => {
  const text = read('README.md');

  it('explains every setting of the stages', () => {
    const explained = new Set(codesIn(firstCells(text).join('\n')));
    const settings = Object.values(
      z.record(z.string(), z.record(z.string(), z.unknown())).parse(parse('infra/stages.json')),
    ).flatMap(namesOf);
    expect(settings.length).toBeGreaterThan(20);
    expect([...new Set(settings)].filter((name) => !explained.has(name))).toEqual([]);
  });

  it('draws the house as it stands', () => {
    const [, layout = ''] = /^## Layout\n([\s\S]*?)\n## /m.exec(text) ?? [];
    const drawn = [...layout.matchAll(/^ {4}(\S+)/gm)].map(([, place = '']) => place.replace(/\/$/, ''));
    expect(drawn.filter((place) => !existsSync(path.join(root, place)))).toEqual([]);
    const rooms = ['infra', 'functions', 'shared'].flatMap((top) =>
      readdirSync(path.join(root, top), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [`${top}/${entry.name}`] : [],
      ),
    );
    expect(rooms.filter((room) => !drawn.includes(room))).toEqual([]);
  });
});

/** Settings of a stage as the README writes them: `vendor.name`. */
const namesOf = (settings: Record<string, unknown>): string[] =>
  Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  );

describe('docs/operations.md', () => {
  const cells = firstCells(read('docs/operations.md')).join('\n');

  it.each(states)('says what to do with a request that is %s', (state) => {
    expect(codesIn(cells)).toContain(state);
  });

  it('says what to do at every alarm, and at none that is not there', () => {
    const alarms = ofType(synthesize(), 'AWS::CloudWatch::Alarm').map(([place]) =>
      place.replace('Alarms/', ''),
    );
    const [, table = ''] = /^## By alarm\n([\s\S]*?)\n## /m.exec(read('docs/operations.md')) ?? [];
    expect(codesIn(firstCells(table).join('\n')).toSorted()).toEqual(alarms.toSorted());
  });
});

describe('docs/security.md', () => {
  const text = read('docs/security.md');

  it.each([...functionNames, 'machine/export', 'machine/erasure'])(
    'says what %s may, and may not',
    (name) => {
      expect(firstCells(text)).toContain(`\`${name}\``);
    },
  );

  it('names for each threat tests that carry its id', () => {
    const rows = text.split('\n').filter((line) => /^\| A\d+ /.test(line));
    expect(rows.length).toBeGreaterThan(20);
    const unheld = rows.flatMap((row) => {
      const id = /A\d+/.exec(row)?.[0] ?? '';
      const tests = codesIn(row).filter((code) => code.startsWith('test/'));
      const missing = tests.filter((file) => !new RegExp(`['\`"].*\\b${id}\\b`).test(read(file)));
      return tests.length === 0 ? [`${id}: no test`] : missing.map((file) => `${id}: ${file}`);
    });
    expect(unheld).toEqual([]);
  });
});

describe('docs/decisions.md', () => {
  const numbers = [...read('docs/decisions.md').matchAll(/^### D(\d+) /gm)].map(([, number]) =>
    Number(number),
  );

  it('counts its entries without a gap', () => {
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(30);
  });

  it('has the entries that other documents refer to', () => {
    const references = documents.flatMap((file) =>
      [...read(file).matchAll(/\(decisions\.md\),? D(\d+)/g)].map(([, number]) => Number(number)),
    );
    expect(references.filter((number) => !numbers.includes(number))).toEqual([]);
    expect(references.length).toBeGreaterThan(0);
  });
});

describe('docs/record-format.md: the worked vector', () => {
  const hex = z
    .string()
    .regex(/^(?:[0-9a-f]{2})+$/)
    .transform((text) => Buffer.from(text, 'hex'));
  const text = z.string();
  const vector = z
    .strictObject({
      ...{ key: hex, nonce: hex, profileId: text, dataset: text, externalId: text, recordIdSubkey: hex },
      ...{ recordId: text, canonical: text, digestSubkey: hex, digest: text, associatedData: hex },
      ...{ plaintext: text, sealed: hex },
    })
    .parse(JSON.parse(/```json\n([\s\S]*?)```/.exec(read('docs/record-format.md'))?.[1] ?? ''));
  const { key, nonce, profileId, dataset, recordId, plaintext, sealed } = vector;
  const binding = ['record', profileId, dataset, recordId];

  it('opens, and is what sealing makes of the same nonce', () => {
    expect(unseal(key, binding, sealed).toString('utf8')).toBe(plaintext);
    expect(seal(key, binding, Buffer.from(plaintext), nonce)).toEqual(sealed);
    expect(Buffer.from(['1', ...binding].join('\0'))).toEqual(vector.associatedData);
  });

  it('opens as a row of the table does', () => {
    const times = { collectedAt: '', storedAt: '' };
    const row = {
      dataset,
      recordId,
      scope: 'ordinary',
      basis: 'consent',
      digest: '',
      ciphertext: sealed,
      ...times,
    } as const;
    expect(openPayload(key, profileId, row)).toEqual(JSON.parse(plaintext));
  });

  it('has the subkeys, record id and digest that the code derives', () => {
    expect(subkey(key, 'record-id')).toEqual(vector.recordIdSubkey);
    expect(subkey(key, 'digest')).toEqual(vector.digestSubkey);
    expect(recordIdOf(key, dataset, vector.externalId)).toBe(recordId);
    expect(digestOf(key, vector.canonical)).toBe(vector.digest);
    const mac = createHmac('sha256', vector.recordIdSubkey).update(`${dataset}\0${vector.externalId}`);
    expect(mac.digest('base64url')).toBe(recordId);
  });
});
