import type { Table } from '#shared/aws/table.ts';
import { countWithin, giveBack, type Limit } from '#shared/http/count-within.ts';
import type { MessageKind } from '#shared/requests/messages-outbox.ts';

type Budget = {
  /** What is counted together, under one name in the counters. */
  readonly name: 'mail-codes' | 'mail-answers' | 'mail-recipients' | 'mail-notices';
  /** To one address in a fixed day (UTC). */
  readonly perDay: number;
  /** What becomes of one more: it is dropped, waits for the next day, however many they are, or is sent all the same. */
  readonly beyond: 'drop' | 'wait' | 'send';
};

const answers = { name: 'mail-answers', perDay: 20, beyond: 'wait' } as const;
/**
 * How many messages of a kind go to one address in a day (A21): a site that calls an address verified for many invented
 * users would else write to it by way of us. Each group has a count of its own, so that what anybody can cause uses up
 * nobody's codes. A code is of no use tomorrow. What a person or a recipient must be told (G09, G18) may come late, but
 * comes. A notice of an erasure protects, and a thief would use its budget up first (A25): it is sent at once, there is one
 * for each request and address, and its count only says that somebody floods an address. The codes for a number are counted
 * where they are asked for, by the function that knows whose it is.
 */
export const mailBudgets = {
  code: { name: 'mail-codes', perDay: 20, beyond: 'drop' },
  'receipt-confirmation': answers,
  ready: answers,
  'nothing-to-give': answers,
  lapsed: answers,
  erased: answers,
  'partly-erased': answers,
  'nothing-erased': answers,
  'nothing-to-erase': answers,
  'recipient-told': { name: 'mail-recipients', perDay: 200, beyond: 'wait' },
  'erasure-notice': { name: 'mail-notices', perDay: 50, beyond: 'send' },
} as const satisfies Record<Exclude<MessageKind, 'second-code'>, Budget>;
export type BudgetedKind = keyof typeof mailBudgets;

const day = 86_400;
export type DayBudget = Omit<Limit, 'windowSeconds'>;

/** When the next day of every budget begins. */
export const nextDay = (now: Date): string =>
  new Date((Math.floor(now.getTime() / 1_000 / day) + 1) * day * 1_000).toISOString();

/**
 * Sends within a day's budget. Only what was sent counts: what failed is tried again, and would use the budget up by itself.
 * Where the process dies in between, its try counts.
 * @returns `over-budget` where nothing was tried
 */
export async function sendWithin<End extends string | object>(
  ephemeral: Table,
  budget: DayBudget,
  now: Date,
  send: () => Promise<End>,
): Promise<End | 'over-budget'> {
  const limit = { ...budget, windowSeconds: day };
  if (!(await countWithin(ephemeral, limit, now))) return 'over-budget';
  let end: End | undefined;
  try {
    end = await send();
    return end;
  } finally {
    if (end !== 'sent') await giveBack(ephemeral, limit, now);
  }
}
