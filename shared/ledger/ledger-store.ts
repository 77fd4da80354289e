import * as z from 'zod';
import { getItem, partition, queryPages, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { LedgerEvent } from './event.ts';

const eventItem = z.object({
  requestId: z.string(),
  seq: z.number(),
  type: z.string(),
  at: z.string(),
  actor: z.enum(['subject', 'site', 'system', 'operator']),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  effectId: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});
/** Eight digits sort as numbers do. */
export const eventKey = (owner: string, seq: number): { pk: string; sk: string } => ({
  pk: owner,
  sk: String(seq).padStart(8, '0'),
});

/** Appends an event: refused where one with its number exists. `owner` is `R#id` of a request or `S#id` of a site. */
export function appendEvent(ledger: Table, owner: string, event: LedgerEvent): TransactionItem {
  return {
    Put: {
      TableName: ledger.name,
      Item: { ...eventKey(owner, event.seq), ...event },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

export async function readEvent(ledger: Table, owner: string, seq: number): Promise<LedgerEvent | undefined> {
  const item = await getItem(ledger, eventKey(owner, seq));
  return item === undefined ? undefined : eventItem.parse(item);
}

/** The chain of one request, in order. A chain is short: some dozens of events. */
export async function readChain(ledger: Table, owner: string): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for await (const page of queryPages(ledger, partition(owner))) {
    events.push(...page.items.map((item) => eventItem.parse(item)));
  }
  return events;
}
