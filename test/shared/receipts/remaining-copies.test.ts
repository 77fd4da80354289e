import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyTerms, remainingCopies } from '#shared/receipts/remaining-copies.ts';
import { concludedAt, keysDestroyedAt, settings } from './example-receipt.ts';

const hour = 3_600_000;
const day = 24 * hour;
const until = (changes: Partial<typeof settings> = {}, erasure = { keysDestroyedAt, concludedAt }) =>
  Object.fromEntries(
    remainingCopies({ ...settings, ...changes }, { kept: [], ...erasure }).map((copy) => [
      copy.what,
      copy.until,
    ]),
  );

describe('A9: remaining copies', () => {
  it('are these, each with its last moment, where invoices and consents were kept', () => {
    const copies = remainingCopies(settings, {
      keysDestroyedAt,
      concludedAt,
      kept: ['17(3)(e)', '17(3)(b)', '17(3)(e)'],
    });

    expect(copies).toEqual([
      // 20:00:05 + 15 minutes + 24 hours
      { what: 'keys', until: '2026-11-26T20:15:05.120Z', endedBy: 'service' },
      { what: 'ciphertext', until: '2026-12-30T20:15:07.480Z', endedBy: 'service' },
      { what: 'retained-records', until: 'while-retained', endedBy: 'person', ground: '17(3)(b)' },
      { what: 'retained-records', until: 'while-retained', endedBy: 'person', ground: '17(3)(e)' },
      { what: 'index-entries', until: 'while-retained', endedBy: 'person', ground: '17(3)(b)' },
      { what: 'index-entries', until: 'while-retained', endedBy: 'person', ground: '17(3)(e)' },
      // 400 days, one until the run has come round, and 35 of recovery
      { what: 'tombstone', until: '2028-02-04T20:15:07.480Z', endedBy: 'run', ground: '17(3)(b)' },
      { what: 'contact', until: '2026-12-27T20:30:07.480Z', endedBy: 'run', ground: '17(3)(b)' },
      // The end of 2029, and 35 days of recovery
      { what: 'request-record', until: '2030-02-05T00:00:00.000Z', endedBy: 'person', ground: '17(3)(b)' },
      { what: 'ledger', until: '2030-02-05T00:00:00.000Z', endedBy: 'person', ground: '17(3)(b)' },
      { what: 'counters', until: '2027-01-04T20:15:07.480Z', endedBy: 'service' },
      { what: 'mail', until: '2026-12-27T10:15:07.480Z', endedBy: 'service' },
      { what: 'queues', until: '2027-01-09T20:15:07.480Z', endedBy: 'service' },
      { what: 'logs', until: '2027-03-26T20:15:07.480Z', endedBy: 'service' },
    ]);
  });

  it('end by a person where no deployed function deletes them', () => {
    const copies = remainingCopies(settings, { keysDestroyedAt, concludedAt, kept: ['17(3)(e)'] });
    const byPerson = copies.filter(({ endedBy }) => endedBy === 'person').map(({ what }) => what);

    expect(byPerson).toEqual(['retained-records', 'index-entries', 'request-record', 'ledger']);
  });

  it('hold no bundle and no staged page: these are deleted before there is a receipt', () => {
    expect(Object.keys(until()).filter((what) => /bundle|staging/.test(what))).toEqual([]);
  });

  it('of data are none where everything was withheld', () => {
    const copies = remainingCopies(settings, { concludedAt, kept: [] });

    expect(copies.map(({ what }) => what)).toEqual([
      ...['contact', 'request-record', 'ledger', 'counters', 'mail', 'queues', 'logs'],
    ]);
  });

  it('follow the settings of the stage, and nothing else', () => {
    const settingsOf = fc.record({
      longestFunctionSeconds: fc.integer({ min: 1, max: 900 }),
      keyRecoveryDays: fc.integer({ min: 1, max: 7 }),
      tableRecoveryDays: fc.integer({ min: 1, max: 35 }),
      queueRetentionDays: fc.integer({ min: 1, max: 14 }),
      logRetentionDays: fc.integer({ min: 1, max: 1096 }),
    });
    fc.assert(
      fc.property(settingsOf, fc.nat(5 * day), (given, took) => {
        const end = new Date(Date.parse(keysDestroyedAt) + took).toISOString();
        const last = until(given, { keysDestroyedAt, concludedAt: end });
        const since = (what: string, from: string) => Date.parse(last[what] ?? '') - Date.parse(from);

        const linger = given.longestFunctionSeconds * 1_000 + given.keyRecoveryDays * day;
        expect(since('keys', keysDestroyedAt)).toBe(linger);
        expect(since('ciphertext', end)).toBe(given.tableRecoveryDays * day);
        expect(since('tombstone', end)).toBe((400 + 1 + given.tableRecoveryDays) * day);
        expect(since('contact', end)).toBe((30 + 1) * day + linger);
        expect(since('queues', end)).toBe((30 + 1 + given.queueRetentionDays) * day);
        expect(since('logs', end)).toBe((30 + 1 + Math.max(90, given.logRetentionDays)) * day);
        expect(since('mail', end)).toBe(((30 + 1) * 24 + 14) * hour);
      }),
    );
  });

  it('G01: evidence stays to the end of the third year, from the first day of a year to its last', () => {
    const without = { tableRecoveryDays: 0 };
    for (const end of ['2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z']) {
      expect(until(without, { keysDestroyedAt: end, concludedAt: end })['ledger']).toBe(
        '2030-01-01T00:00:00.000Z',
      );
    }
    expect(copyTerms).toMatchObject({ evidenceYears: 3, contactDays: 30, tombstoneDays: 400 });
  });
});
