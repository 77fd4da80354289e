import { describe, expect, it } from 'vitest';
import type { Account, Row } from '#infra/local/play/account.ts';
import { changesBetween, digestOthers, sha256 } from '#infra/local/play/row-digests.ts';
import { findWrapped } from '#infra/local/play/steps/erasure/find-wrapped.ts';

const wrapped = Buffer.from('a wrapped key');
const tables: Record<string, Row[]> = {
  records: [
    { pk: 'P#own', sk: 'account#1', ciphertext: Buffer.from('x') },
    { pk: 'P#other', sk: 'account#1', dataset: 'account', ciphertext: Buffer.from('y') },
  ],
  keys: [
    { pk: 'P#other', sk: 'ordinary', wrapped },
    { pk: 'R#request', sk: 'request', wrapped: Buffer.from('z') },
  ],
  sites: [],
};
const accountOf = (content: Record<string, Row[]>): Account => ({
  tables: Object.keys(content),
  rowsOf: (table) => Promise.resolve(content[table] ?? []),
  unwrap: () => Promise.resolve(undefined),
});
const digestsOf = (content: Record<string, Row[]>) => digestOthers(accountOf(content), new Set(['P#own']));

describe('rows of everybody else', () => {
  it('are records and keys of every profile but the own', async () => {
    const digests = await digestsOf(tables);
    expect([...digests.keys()]).toEqual(['records P#other account#1', 'keys P#other ordinary']);
    expect(changesBetween(digests, await digestsOf(tables))).toEqual([]);
  });

  it.each([
    ['gone', []],
    ['changed', [{ pk: 'P#other', sk: 'ordinary', wrapped: Buffer.from('a wrapped keY') }]],
    ['changed', [{ pk: 'P#other', sk: 'ordinary', wrapped, state: 'live' }]],
  ])('are told apart: %s', async (change, keys) => {
    const changes = changesBetween(await digestsOf(tables), await digestsOf({ ...tables, keys }));
    expect(changes).toEqual([`keys P#other ordinary: ${change}`]);
  });

  it('are told apart: new', async () => {
    const keys = [...(tables['keys'] ?? []), { pk: 'P#third', sk: 'ordinary' }];
    const changes = changesBetween(await digestsOf(tables), await digestsOf({ ...tables, keys }));
    expect(changes).toEqual(['keys P#third ordinary: new']);
  });
});

describe('a wrapped key', () => {
  it('is found by its digest in whatever table it lies', async () => {
    expect(await findWrapped(accountOf(tables), [sha256(wrapped)])).toEqual(['keys']);
    const planted = { ...tables, sites: [{ pk: 'S#1', sk: 'META', note: wrapped }] };
    expect(await findWrapped(accountOf(planted), [sha256(wrapped)])).toEqual(['keys', 'sites']);
    expect(await findWrapped(accountOf(tables), [sha256('another')])).toEqual([]);
  });
});
