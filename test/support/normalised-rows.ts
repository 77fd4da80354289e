/** What is stored of a request and its profile, without what differs between two runs of the same work: ids and times. */
import { queryAll, type Item } from '#shared/aws/table.ts';
import type { World } from './vault-world.ts';

/** How far a run came, and in how many writes: that is its own. */
const ofTheRun = new Set(['version', 'upTo', 'deletedTo']);

export async function normalisedRows(world: World, requestId: string, profileId: string): Promise<string[]> {
  const [request, profile] = [`R#${requestId}`, `P#${profileId}`];
  const rows = await Promise.all([
    ...[world.requests, world.ledger, world.vault.keys].map((table) => queryAll(table, request)),
    ...[world.directory, world.records, world.vault.keys].map((table) => queryAll(table, profile)),
  ]);
  return rows.flat().map(normalise).toSorted();
}

const normalise = (row: Item): string =>
  JSON.stringify(Object.entries(row).toSorted(), (key, value: unknown) => {
    if (value instanceof Uint8Array) return 'bytes';
    if (value instanceof Set) return [...(value as Set<unknown>)];
    if (typeof value === 'string') return withoutIds(value);
    if (Array.isArray(value) && ofTheRun.has(String(value[0]))) return undefined;
    return ofTheRun.has(key) ? undefined : value;
  });

const withoutIds = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/[A-Za-z0-9_-]{30,}/g, 'hash')
    .replace(/^([a-z]+)#\d$/, '$1#shard');
