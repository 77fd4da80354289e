import { describe, expect, it } from 'vitest';
import { isSecondOf, secondHoldings } from '#shared/profiles/second-identifier.ts';
import type { IndexEntry } from '#shared/profiles/sound.ts';

const receivedAt = '2027-06-15T12:00:00.000Z';
const daysBefore = (days: number): string =>
  new Date(Date.parse(receivedAt) - days * 86_400_000).toISOString();
const entry = (change: Partial<IndexEntry> = {}): IndexEntry => ({
  profileId: 'profile-1',
  controllerId: 'controller-1',
  verifiedAt: daysBefore(100),
  linkedAt: daysBefore(100),
  lastSeenAt: daysBefore(1),
  status: 'current',
  openedAt: daysBefore(100),
  ...change,
});
const holdings = (...entries: IndexEntry[]): string[] => [...secondHoldings(entries, receivedAt, receivedAt)];

describe('A1 A3: a second identifier', () => {
  it('counts in every profile in which it is sound', () => {
    expect(holdings(entry(), entry({ profileId: 'profile-2', controllerId: 'controller-2' }))).toEqual([
      'profile-1',
      'profile-2',
    ]);
  });

  it.each<[string, IndexEntry[]]>([
    ['nobody knows', []],
    ['its site does not call verified', [entry({ verifiedAt: undefined })]],
    ['was replaced', [entry({ status: 'former', formerAt: daysBefore(5) })]],
    ['two people of one controller share', [entry(), entry({ profileId: 'profile-2' })]],
    [
      'was held by another of that controller until lately',
      [entry(), entry({ profileId: 'profile-2', status: 'former', formerAt: daysBefore(80) })],
    ],
    ['was not seen in use for 400 days', [entry({ lastSeenAt: daysBefore(401) })]],
    ['was linked after the receipt', [entry({ linkedAt: daysBefore(-1) })]],
    ['was verified after the receipt', [entry({ verifiedAt: daysBefore(-1) })]],
    ['is left of an erased profile', [entry({ status: 'retained' })]],
  ])('A3: counts nowhere where it is one that %s', (_, entries) => {
    expect(holdings(...entries)).toEqual([]);
  });

  it('A4 A25: one of the last 14 days counts nowhere, unless the account itself is as young', () => {
    const late = { linkedAt: daysBefore(13), verifiedAt: daysBefore(13) };

    expect(holdings(entry(late))).toEqual([]);
    expect(holdings(entry({ linkedAt: daysBefore(15), verifiedAt: daysBefore(14) }))).toEqual(['profile-1']);
    expect(holdings(entry({ ...late, openedAt: daysBefore(13) }))).toEqual(['profile-1']);
  });

  it('A1: is one of a person only in a profile that the first identifier opens', () => {
    const second = [entry()];
    const asked = (first: IndexEntry[]): boolean => isSecondOf(first, second, receivedAt, receivedAt);

    expect(asked([entry()])).toBe(true);
    expect(asked([entry({ profileId: 'profile-2', controllerId: 'controller-2' })])).toBe(false);
    expect(asked([entry({ profileId: 'profile-2' })])).toBe(false);
    expect(asked([entry({ verifiedAt: undefined })])).toBe(false);
    expect(asked([])).toBe(false);
  });
});
