import { describe, expect, it } from 'vitest';
import { mailBudgets, nextDay } from '#shared/identity/mail-budget.ts';
import { messageKinds } from '#shared/requests/messages-outbox.ts';

describe('A21: the budget of an address', () => {
  it('has a group for every kind of message but the code for a number, which is counted where it is asked for', () => {
    expect(Object.keys(mailBudgets).sort()).toEqual(
      messageKinds.filter((kind) => kind !== 'second-code').toSorted(),
    );
  });

  it('A25: counts notices apart from all that anybody else can cause, and gives them more', () => {
    const { 'erasure-notice': notices, 'recipient-told': _, ...others } = mailBudgets;
    for (const { name, perDay } of Object.values(others)) {
      expect(name).not.toBe(notices.name);
      expect(perDay).toBeLessThan(notices.perDay);
    }
  });

  it('G09, G18, A25: drops codes alone beyond it, and keeps no notice back', () => {
    const beyond = Object.entries(mailBudgets).map(([kind, budget]) => [kind, budget.beyond]);
    const {
      code,
      'erasure-notice': notice,
      ...others
    } = Object.fromEntries(beyond) as Record<string, string>;
    expect([code, notice]).toEqual(['drop', 'send']);
    expect(new Set(Object.values(others))).toEqual(new Set(['wait']));
  });

  it.each([
    ['2027-06-15T00:00:00.000Z', '2027-06-16T00:00:00.000Z'],
    ['2027-12-31T23:59:59.999Z', '2028-01-01T00:00:00.000Z'],
  ])('begins anew at midnight UTC: after %s at %s', (now, next) => {
    expect(nextDay(new Date(now))).toBe(next);
  });
});
