import { findEntries } from '#shared/profiles/identifier-store.ts';
import { openingsOf } from '#shared/profiles/sound.ts';
import type { Seat } from '#shared/requests/deadlines/due-date.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import type { Instruction } from '#shared/sites/instructions.ts';
import { readController } from '#shared/sites/site-store.ts';
import type { Wiring } from './wiring.ts';

export type Reached = {
  readonly controllerId: string;
  readonly name: string;
  readonly seat: Seat;
  /** The controller's standing decision for the right of the request (A5). */
  readonly instruction: Instruction;
};

/** The controllers whose data the proven identifier opens. Asked only once the identifier is proven. */
export async function findReach(
  { index, sites }: Wiring,
  { channel, receivedAt, right }: RequestRecord,
  now: string,
): Promise<Reached[]> {
  if (channel.kind !== 'subject') return [];
  const entries = await findEntries(index, channel.identifierKind, channel.identifierHash);
  const ids = new Set(openingsOf(entries, receivedAt, now).map(({ controllerId }) => controllerId));
  const reached: Reached[] = [];
  for (const controllerId of ids) {
    const controller = await readController(sites, controllerId);
    if (!controller) continue;
    const { name, country, timeZone, instructions } = controller;
    const instruction = instructions[right];
    reached.push({ controllerId, name, seat: { country, timeZone }, instruction });
  }
  return reached;
}
