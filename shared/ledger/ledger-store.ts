import * as z from 'zod';
import { getItem, partition, queryPages, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { LedgerEvent } from './event.ts';
import { eventRow, sortKeyOf } from './event-row.ts';

const eventItem = z.object(eventRow.shape);

export const eventKey = (owner: string, seq: number): { pk: string; sk: string } => ({
  pk: owner,
  sk: sortKeyOf(seq),
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
