import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openRecord, type SealedRecord } from '#infra/local/play/sealed-record.ts';

const document = readFileSync(new URL('../../../docs/record-format.md', import.meta.url), 'utf8');
const vector = z
  .object({
    key: z.string(),
    profileId: z.string(),
    dataset: z.string(),
    recordId: z.string(),
    plaintext: z.string(),
    sealed: z.string(),
  })
  .parse(JSON.parse(/```json\n([\s\S]*?)```/.exec(document)?.[1] ?? ''));
const key = Buffer.from(vector.key, 'hex');
const record: SealedRecord = {
  pk: `P#${vector.profileId}`,
  sk: `${vector.dataset}#${vector.recordId}`,
  dataset: vector.dataset,
  recordId: vector.recordId,
  scope: 'ordinary',
  ciphertext: Buffer.from(vector.sealed, 'hex'),
};

describe('the play’s own opener of sealed records', () => {
  it('opens the vector of docs/record-format.md', () => {
    expect(openRecord(key, record)).toBe(vector.plaintext);
  });

  it('P19: opens nothing by another key', () => {
    expect(openRecord(Buffer.alloc(32, 1), record)).toBeUndefined();
  });

  it.each(['pk', 'dataset', 'recordId'] as const)('opens nothing that was moved: another %s', (name) => {
    expect(openRecord(key, { ...record, [name]: 'P#other' })).toBeUndefined();
  });

  it('opens nothing that was changed', () => {
    const ciphertext = Buffer.from(record.ciphertext);
    ciphertext[20] = (ciphertext[20] ?? 0) ^ 1;
    expect(openRecord(key, { ...record, ciphertext })).toBeUndefined();
  });
});
