import { describe, expect, it } from 'vitest';
import { identifierChanges, type LinkedIdentifier } from '#shared/profiles/identifier-changes.ts';
import { isTold } from '#shared/requests/announce-erasure.ts';

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
