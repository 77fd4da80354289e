import { describe, expect, it } from 'vitest';
import type { LinkedIdentifier } from '#shared/profiles/identifier-changes.ts';
import { needsExtended } from '#shared/requests/cooling-off.ts';

const now = '2027-06-15T12:00:00.000Z';
const daysAgo = (n: number): string => new Date(Date.parse(now) - n * 86_400_000).toISOString();
/** Opened 200 days ago. */
const profile = { openedAt: daysAgo(200) };
const identifier = (change: Partial<LinkedIdentifier> = {}): LinkedIdentifier => ({
  ...{ kind: 'email', hash: 'e', linkedAt: daysAgo(200), verifiedAt: daysAgo(200), lastSeenAt: daysAgo(1) },
  status: 'current',
  ...change,
});
const email = identifier();
const phone = identifier({ kind: 'phone', hash: 'p' });
const username = identifier({ kind: 'username', hash: 'u' });
const unverified = { verifiedAt: undefined };

/** As a notice reaches addresses and phones, and no user name. */
const reached = (identifiers: readonly LinkedIdentifier[]): Set<string> =>
  new Set(identifiers.filter(({ kind }) => kind !== 'username').map(({ hash }) => hash));

describe('A25: an erasure cools off for the longer time', () => {
  it.each([
    ['where nothing leads to the person', []],
    ['where one address alone does', [email]],
    ['where one phone alone does', [phone]],
    ['where a user name stands beside one address: it is no channel', [email, username]],
    ['where the second is not verified', [email, { ...phone, ...unverified }]],
    ['where neither is verified', [email, phone].map((one) => ({ ...one, ...unverified }))],
    ['where the second is a former one', [email, { ...phone, status: 'former', formerAt: daysAgo(60) }]],
    ['where one was linked yesterday', [email, { ...phone, linkedAt: daysAgo(1) }]],
    ['where one was linked 30 days ago', [email, { ...phone, linkedAt: daysAgo(30) }]],
    ['where a user name was changed lately', [email, phone, { ...username, linkedAt: daysAgo(2) }]],
    [
      'where one that nobody verified came lately',
      [email, phone, identifier({ linkedAt: daysAgo(3), ...unverified })],
    ],
    [
      'where a site took the verification of one away lately',
      [email, phone, identifier({ hash: 'x', ...unverified, lastVerifiedAt: daysAgo(3) })],
    ],
    [
      'where one was replaced 30 days ago',
      [email, phone, identifier({ status: 'former', formerAt: daysAgo(30) })],
    ],
  ] as [string, LinkedIdentifier[]][])('%s', (_, identifiers) => {
    expect(needsExtended(identifiers, reached(identifiers), profile, now)).toBe(true);
  });
});

describe('A25: a channel that no notice reaches', () => {
  it('is none: a phone that no text message may go to', () => {
    expect(needsExtended([email, phone], new Set([email.hash]), profile, now)).toBe(true);
  });
});

describe('A25: for the shorter time is enough', () => {
  it.each([
    ['where two channels lead to the person, as long as the account is known', [email, phone]],
    ['where a user name stands beside them', [email, phone, username]],
    ['where one was linked 31 days ago', [email, { ...phone, linkedAt: daysAgo(31) }]],
    [
      'where one was replaced 31 days ago',
      [email, phone, identifier({ status: 'former', formerAt: daysAgo(31) })],
    ],
    ['where a further one was never verified', [email, phone, identifier({ hash: 'x', ...unverified })]],
  ] as [string, LinkedIdentifier[]][])('%s', (_, identifiers) => {
    expect(needsExtended(identifiers, reached(identifiers), profile, now)).toBe(false);
  });

  it.each([
    { hours: 1, extended: false },
    { hours: 24, extended: false },
    { hours: 24.01, extended: true },
  ])('where the account is young, but for what came $hours hours after it was opened: $extended', (one) => {
    const young = { openedAt: daysAgo(10) };
    const linkedAt = new Date(Date.parse(young.openedAt) + one.hours * 3_600_000).toISOString();
    const identifiers = [
      { ...email, linkedAt: young.openedAt },
      { ...phone, linkedAt },
    ];

    expect(needsExtended(identifiers, reached(identifiers), young, now)).toBe(one.extended);
  });
});
