import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bases, type Basis } from '#shared/data-map/basis.ts';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import type { RecordData } from '#shared/data-map/parse-record-data.ts';
import { redactForExport } from '#shared/bundle/redact-for-export.ts';
import { redaction, sumRedactions } from '#shared/bundle/redaction.ts';

const record = (dataset: DatasetName, basis: Basis, data: RecordData) => ({
  recordId: 'r',
  dataset,
  collectedAt: '2026-11-24T19:25:14.000Z',
  storedAt: '2026-11-24T19:30:00.000Z',
  basis,
  data,
});

describe('redactForExport', () => {
  it('P08: access gives the question, that an answer is set, and says what was withheld', () => {
    const stored = record('security-question', 'consent', { question: 'Q?', answer: 'scrypt$canary' });
    const { record: given, redactions } = redactForExport('access', dataMap['security-question'], stored);
    expect(given?.data).toEqual({ question: 'Q?', answerSet: true });
    expect(redactions).toEqual([
      { dataset: 'security-question', field: 'answer', reason: 'secret', article: '32(1)', count: 1 },
    ]);
  });

  it('P03: a password hash never leaves, in either kind', () => {
    const stored = record('credential', 'contract', { passwordHash: '$2y$canary' });
    for (const right of ['access', 'portability'] as const) {
      const redacted = redactForExport(right, dataMap.credential, stored);
      expect(redacted.record?.data).toEqual({ passwordHashSet: true });
      expect(JSON.stringify(redacted)).not.toContain('canary');
    }
  });

  it('P25 G19: portability gives what the person provided, and lists the rest', () => {
    const data = { plan: 'Premium', key: 'scrypt$canary', seats: 5, validUntil: '2027-12-31' };
    const { record: given, redactions } = redactForExport(
      'portability',
      dataMap.licence,
      record('licence', 'contract', data),
    );
    expect(given?.data).toEqual({ plan: 'Premium', seats: 5 });
    expect(redactions.map(({ field, reason }) => [field, reason])).toEqual([
      ['key', 'secret'],
      ['validUntil', 'not-provided-by-subject'],
    ]);
  });

  it('G19 G25: portability leaves out what rests on neither consent nor contract, by the record', () => {
    const data = { email: 'a@example.org' };
    const { record: given, redactions } = redactForExport(
      'portability',
      dataMap.account,
      record('account', 'legitimate-interest', data),
    );
    expect(given).toBeUndefined();
    expect(redactions).toEqual([
      { dataset: 'account', reason: 'basis-not-portable', article: '20(1)(a)', count: 1 },
    ]);
    expect(
      redactForExport('access', dataMap.account, record('account', 'legitimate-interest', data)),
    ).toEqual({
      record: record('account', 'legitimate-interest', data),
      redactions: [],
    });
  });

  it('P25: a record of which nothing was provided is no record', () => {
    const stored = record('support-case', 'contract', { answeredAt: '2026-11-24T19:25:14Z' });
    expect(redactForExport('portability', dataMap['support-case'], stored).record).toBeUndefined();
  });

  it('withholds fields that the map does not know, without naming them', () => {
    const stored = record('account', 'contract', { email: 'a@example.org', 'eve@example.org': 'canary' });
    const redacted = redactForExport('access', dataMap.account, stored);
    expect(redacted.record?.data).toEqual({ email: 'a@example.org' });
    expect(redacted.redactions).toEqual([
      { dataset: 'account', reason: 'not-in-data-map', article: '32(1)', count: 1 },
    ]);
    expect(JSON.stringify(redacted.redactions)).not.toContain('eve');
  });

  it('P03 P08 P25: for any record: no secret leaves, and each field is given or listed', () => {
    const anyRecord = fc.constantFrom(...Object.values(dataMap)).chain((dataset) =>
      fc.record({
        dataset: fc.constant(dataset),
        basis: fc.constantFrom(...bases),
        right: fc.constantFrom('access' as const, 'portability' as const),
        fields: fc.subarray(Object.keys(dataset.fields)),
      }),
    );
    fc.assert(
      fc.property(anyRecord, ({ dataset, basis, right, fields }) => {
        const data = Object.fromEntries(fields.map((name) => [name, `canary-${name}`]));
        const redacted = redactForExport(right, dataset, record(dataset.name, basis, data));
        const given = redacted.record?.data ?? {};
        for (const name of fields) {
          const facts = dataset.fields[name];
          const listed = redacted.redactions.some(({ field }) => field === name || field === undefined);
          if (facts?.secret) expect(Object.values(given)).not.toContain(`canary-${name}`);
          if (right === 'portability' && facts?.provided === false) expect(given).not.toHaveProperty(name);
          expect(Object.hasOwn(given, name) || listed).toBe(true);
        }
        if (right === 'portability' && basis !== 'consent' && basis !== 'contract') {
          expect(redacted.record).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('sumRedactions', () => {
  it('adds up by controller, dataset, field and reason, whatever the order', () => {
    const ones = [
      redaction('account', 'not-in-data-map', { controllerId: 'b' }),
      redaction('licence', 'secret', { controllerId: 'a', field: 'key', count: 3 }),
      redaction('account', 'not-in-data-map', { controllerId: 'b' }),
      redaction('licence', 'secret', { controllerId: 'b', field: 'key' }),
    ];
    const summed = sumRedactions(ones);
    expect(summed.map(({ controllerId, dataset, count }) => [controllerId, dataset, count])).toEqual([
      ['a', 'licence', 3],
      ['b', 'account', 2],
      ['b', 'licence', 1],
    ]);
    expect(sumRedactions(ones.toReversed())).toEqual(summed);
  });
});
