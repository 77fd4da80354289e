import type { MessageKind } from '#shared/requests/messages-outbox.ts';

type Budget = {
  /** What is counted together, under one name in the counters. */
  readonly name: 'mail-codes' | 'mail-answers' | 'mail-recipients' | 'mail-notices';
  /** To one address in a fixed day (UTC). */
  readonly perDay: number;
};

/**
 * How many messages of a kind go to one address in a day (A21): a site that calls an address verified for many invented
 * users would else write to it by way of us. Each group has a count of its own, so that what anybody can cause uses up
 * nobody's codes, and nothing uses up the notices, which protect (A25): a thief would send the others first. The codes for a
 * number are counted where they are asked for, by the function that knows whose it is.
 */
export const mailBudgets = {
  code: { name: 'mail-codes', perDay: 20 },
  'receipt-confirmation': { name: 'mail-answers', perDay: 20 },
  ready: { name: 'mail-answers', perDay: 20 },
  'nothing-to-give': { name: 'mail-answers', perDay: 20 },
  lapsed: { name: 'mail-answers', perDay: 20 },
  erased: { name: 'mail-answers', perDay: 20 },
  'partly-erased': { name: 'mail-answers', perDay: 20 },
  'nothing-to-erase': { name: 'mail-answers', perDay: 20 },
  'recipient-told': { name: 'mail-recipients', perDay: 200 },
  'erasure-notice': { name: 'mail-notices', perDay: 50 },
} as const satisfies Record<Exclude<MessageKind, 'second-code'>, Budget>;
export type BudgetedKind = keyof typeof mailBudgets;

const day = 86_400_000;
/** An answer waits so long for its turn, then it is dropped. */
const longestWait = 7 * day;
/** What a notice leaves its reader at least, to stop the erasure. */
const timeToStop = day;

/**
 * What becomes of a message whose address has had its day's share. A code is of no use tomorrow. An answer waits for the next
 * day (UTC), for a week at most. A notice waits only where its reader will have a whole day left to stop the erasure, and is
 * sent all the same where not: it is never silenced, and there is one for each request and address. Pure.
 */
export function beyondBudget(
  { kind, createdAt, until }: { kind: BudgetedKind; createdAt: string; until?: string | undefined },
  now: Date,
): 'send' | 'drop' | { readonly waitUntil: string } {
  if (kind === 'code') return 'drop';
  const tomorrow = (Math.floor(now.getTime() / day) + 1) * day;
  const wait = { waitUntil: new Date(tomorrow).toISOString() };
  if (kind === 'erasure-notice')
    return until !== undefined && Date.parse(until) - tomorrow >= timeToStop ? wait : 'send';
  return tomorrow - Date.parse(createdAt) <= longestWait ? wait : 'drop';
}
