import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identifierChanges,
  type LinkedIdentifier,
  type NamedIdentifier,
} from '#shared/profiles/identifier-changes.ts';
import { isTold, toldOf } from '#shared/requests/told-addresses.ts';

const now = '2027-06-15T12:00:00.000Z';
const daysAgo = (days: number): string => new Date(Date.parse(now) - days * 86_400_000).toISOString();
const verified: LinkedIdentifier = {
  kind: 'email',
  hash: 'hash-a',
  verifiedAt: daysAgo(500),
  linkedAt: daysAgo(500),
  lastSeenAt: daysAgo(100),
  status: 'current',
};
const unverified = { ...verified, verifiedAt: undefined };
const former = (days: number) => ({ status: 'former' as const, formerAt: daysAgo(days) });

describe('A4, A25: who is told of an erasure', () => {
  it.each<{ who: string; row: LinkedIdentifier; told: boolean }>([
    { who: 'a verified address', row: verified, told: true },
    { who: 'a former one, of 90 days ago', row: { ...verified, ...former(90) }, told: true },
    { who: 'a former one, of longer ago', row: { ...verified, ...former(90.01) }, told: false },
    { who: 'one that never was verified', row: unverified, told: false },
    { who: 'a former one that never was', row: { ...unverified, ...former(1) }, told: false },
    { who: 'one verified until today', row: { ...unverified, lastVerifiedAt: now }, told: true },
    {
      who: 'one verified until 90 days ago',
      row: { ...unverified, lastVerifiedAt: daysAgo(90) },
      told: true,
    },
    { who: 'until longer ago', row: { ...unverified, lastVerifiedAt: daysAgo(90.01) }, told: false },
    {
      who: 'a former one that was verified until lately',
      row: { ...unverified, ...former(1), lastVerifiedAt: daysAgo(2) },
      told: true,
    },
    { who: 'a user name', row: { ...verified, kind: 'username', lastVerifiedAt: now }, told: false },
  ])('$who: $told', ({ row, told }) => {
    expect(isTold(row, now)).toBe(told);
  });

  it('a call that says “not verified”, or replaces the address as well, silences nobody', () => {
    const { kind, hash } = verified;
    for (const calls of [
      [{ kind, hash, verified: false }],
      [
        { kind, hash, verified: false },
        { kind, hash: 'hash-b', verified: true },
        { kind, hash, verified: false },
      ],
      [
        { kind, hash: 'hash-b', verified: true },
        { kind, hash, verified: false },
      ],
    ]) {
      const rows = new Map([[hash, verified]]);
      for (const call of calls)
        for (const { row } of identifierChanges([...rows.values()], [call], now)) rows.set(row.hash, row);

      const first = rows.get(hash);
      expect(first && isTold(first, now)).toBe(true);
    }
  });
});

describe('A25: of many former addresses', () => {
  const hour = 3_600_000;
  const at = (hours: number): string => new Date(Date.parse(now) + hours * hour).toISOString();
  type Call = { hours: number; named: NamedIdentifier };
  const call = (hours: number, hash: string, isVerified = true): Call => ({
    hours,
    named: { kind: 'email', hash, verified: isVerified },
  });
  /** The addresses of a profile after calls of its site, each so many hours from now. */
  function play(calls: readonly Call[]): LinkedIdentifier[] {
    const rows = new Map<string, LinkedIdentifier>();
    for (const { hours, named } of calls)
      for (const { row } of identifierChanges([...rows.values()], [named], at(hours)))
        rows.set(row.hash, row);
    return [...rows.values()];
  }
  const hashes = (rows: readonly LinkedIdentifier[]): string[] => rows.map(({ hash }) => hash).sort();

  it('A21: those that stood for less than a day are told up to the newest ten', () => {
    const burst = Array.from({ length: 30 }, (_, n) => call(-30 + n / 2, `burst-${n}`));
    const rows = play([call(-1_000, 'first'), call(-500, 'second'), ...burst]);

    const newest = Array.from({ length: 11 }, (_, n) => `burst-${19 + n}`);
    expect(hashes(toldOf(rows, now))).toEqual(['first', 'second', ...newest].sort());
  });

  it('the one that came first is told, however short it stood', () => {
    const burst = Array.from({ length: 30 }, (_, n) => call(-30 + n / 2, `burst-${n}`));

    expect(hashes(toldOf(play([call(-30.1, 'first'), ...burst]), now))).toContain('first');
  });

  it('no calls whatever make one drop out that was the first, or stood for a day', () => {
    const owners = fc.constantFrom('first', 'second');
    const thiefs = fc.integer({ min: 0, max: 60 }).map((n) => `thief-${n}`);
    const theft = fc.record({
      // Within 90 days of the erasure.
      hours: fc.oneof(fc.integer({ min: -2_000, max: 0 }), fc.double({ min: -20, max: 0, noNaN: true })),
      named: fc.record({
        kind: fc.constant('email' as const),
        hash: fc.oneof({ weight: 1, arbitrary: owners }, { weight: 8, arbitrary: thiefs }),
        verified: fc.boolean(),
      }),
    });
    const thefts = fc
      .array(theft, { minLength: 20, maxLength: 60 })
      .map((all) => all.toSorted((a, b) => a.hours - b.hours));
    fc.assert(
      fc.property(thefts, (all) => {
        const rows = play([call(-2_025, 'first'), call(-2_024, 'second'), ...all]);

        expect(hashes(toldOf(rows, now))).toEqual(expect.arrayContaining(['first', 'second']));
      }),
      { numRuns: 500 },
    );
  });
});
