import * as z from 'zod';
import type { Item } from '#shared/aws/table.ts';
import { eventRow, sortKeyOf } from './event-row.ts';
import { findBreak, hashEvent, type LedgerEvent, type LedgerHead } from './event.ts';

/**
 * The first event of a chain that is not as it was written. `added`: nobody but the ledger knows of it, or its key is none
 * of an event.
 */
export type ChainFault = {
  readonly seq: number;
  readonly problem: 'changed' | 'missing' | 'reordered' | 'added';
};

/** Where a chain must end, by the row that it belongs to: as read before the chain, and after it. */
export type Heads = { readonly before: LedgerHead | undefined; readonly after: LedgerHead | undefined };

// Strict: what is not in the hash may not stand in the row.
const storedRow = eventRow.extend({ pk: z.string(), sk: z.string() });

/**
 * The first fault of a chain, from its rows in the order of their keys, or undefined. An event's own hash tells that it was
 * changed; one that was changed together with its hash is told by the event that follows, the last by the head. Whoever
 * rewrites all that follows and the head, too, is found by nothing here.
 */
export function findFault(owner: string, rows: readonly Item[], heads: Heads): ChainFault | undefined {
  const events = rows.map((row) => readRow(owner, row));
  const legible = events.includes(undefined) ? events.indexOf(undefined) : events.length;
  const displaced = rows.findIndex(({ sk }, index) => sk !== sortKeyOf(index + 1));
  const broken = Math.min(
    findBreak(events.slice(0, legible).filter((event) => event !== undefined)) ?? Infinity,
    legible < events.length ? legible + 1 : Infinity,
    displaced < 0 ? Infinity : displaced + 1,
  );
  if (broken < Infinity) return nameFault(rows, events, broken, heads);
  return compareWithHeads(events, heads);
}

/** An event with the shape, and of the owner, that it must have; whether it is in its place is asked elsewhere. */
function readRow(owner: string, row: Item): LedgerEvent | undefined {
  const { success, data } = storedRow.safeParse(row);
  return success && data.requestId === owner.slice(2) ? data : undefined;
}

function nameFault(
  rows: readonly Item[],
  events: readonly (LedgerEvent | undefined)[],
  seq: number,
  { after }: Heads,
): ChainFault {
  const key = String(rows[seq - 1]?.['sk']);
  if (!/^\d{8}$/.test(key)) return { seq, problem: 'added' };
  if (key > sortKeyOf(seq)) return { seq, problem: 'missing' };
  const event = events[seq - 1];
  if (!event) return { seq, problem: 'changed' };
  if (event.hash !== hashEvent(event)) return { seq, problem: 'changed' };
  if (event.seq !== seq) return { seq, problem: 'reordered' };
  // Sound in itself, and does not follow from the one before: if its successor or the head vouches for it, that one was
  // changed together with its hash.
  const next = events[seq];
  const vouched = next ? next.prevHash === event.hash : after?.hash === event.hash;
  return { seq: vouched && seq > 1 ? seq - 1 : seq, problem: 'changed' };
}

/** The chain may have grown between the two readings of its head, and may not have shrunk. */
function compareWithHeads(
  events: readonly (LedgerEvent | undefined)[],
  { before, after }: Heads,
): ChainFault | undefined {
  const known = after?.seq ?? 0;
  if (events.length > known) return { seq: known + 1, problem: 'added' };
  if (!before) return undefined;
  if (events.length < before.seq) return { seq: events.length + 1, problem: 'missing' };
  const isSame = before.seq === 0 || events[before.seq - 1]?.hash === before.hash;
  return isSame ? undefined : { seq: before.seq, problem: 'changed' };
}
