import { describe, expect, it } from 'vitest';
import { beyondBudget, mailBudgets } from '#shared/identity/mail-budget.ts';
import { messageKinds } from '#shared/requests/messages-outbox.ts';

const now = new Date('2027-06-15T12:00:00.000Z');
const tomorrow = { waitUntil: '2027-06-16T00:00:00.000Z' };
const createdAt = now.toISOString();

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

  it.each([
    ['a code is dropped', { kind: 'code', createdAt }, 'drop'],
    ['an answer waits for the next day', { kind: 'erased', createdAt }, tomorrow],
    [
      'an answer of a week ago waits no more',
      { kind: 'ready', createdAt: '2027-06-08T23:59:59.999Z' },
      'drop',
    ],
    ['one a little younger does', { kind: 'ready', createdAt: '2027-06-09T00:00:00.000Z' }, tomorrow],
    [
      'a notice waits where a day is left after it',
      { kind: 'erasure-notice', createdAt, until: '2027-06-17T00:00:00.000Z' },
      tomorrow,
    ],
    [
      'a notice is sent where less is left',
      { kind: 'erasure-notice', createdAt, until: '2027-06-16T23:59:59.000Z' },
      'send',
    ],
    [
      'a notice whose date is past is sent',
      { kind: 'erasure-notice', createdAt, until: '2027-06-15T00:00:00.000Z' },
      'send',
    ],
    ['a notice without a date is sent', { kind: 'erasure-notice', createdAt }, 'send'],
  ] as const)('%s', (_, message, expected) => {
    expect(beyondBudget(message, now)).toEqual(expected);
  });
});
