import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { inFlight } from '#shared/aws/in-flight.ts';
import { partition, queryPages, type Item } from '#shared/aws/table.ts';
import { sealedRecord } from '#shared/vault/record-store.ts';
import { openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import type { Seeded } from './profile.ts';

/** What the same rows take of the SDK and the database alone. Seconds. */
export type Plain = {
  /** Reading of them what an access reads, one Query after another. */
  readonly read: number;
  /** Deleting a copy of them, by BatchWriteItem, as many at once as an erasure does. */
  readonly deleted: number;
};

const rowsAtOnce = 1_500;
const batchSize = 25;
const batchesAtOnce = 16;

export async function plain(input: { world: WorldNames; profile: Seeded }): Promise<Plain> {
  const world = openWorld(input.world);
  const pk = `P#${input.profile.profileId}`;
  const read = await timed(() => readRows(world, pk));
  const rows: Item[] = [];
  for await (const { items } of queryPages(world.records, partition(pk)))
    rows.push(...items.map((item) => ({ ...item, pk: `plain-${pk}` })));
  await writeBatches(
    world,
    inNoOrder(rows).map((Item) => ({ PutRequest: { Item } })),
  );
  const deletes = rows.map((row) => ({ DeleteRequest: { Key: { pk: row['pk'], sk: row['sk'] } } }));
  return { read, deleted: await timed(() => writeBatches(world, deletes)) };
}

/** Rows that come one by one have ids in no order, so that neighbours by key lie far apart: that makes a delete slower. */
const inNoOrder = (rows: readonly Item[]): Item[] =>
  rows.toSorted((a, b) => Buffer.compare(a['ciphertext'] as Uint8Array, b['ciphertext'] as Uint8Array));

async function readRows({ records }: World, pk: string): Promise<void> {
  for await (const _ of queryPages(records, { ...partition(pk), ...sealedRecord, Limit: rowsAtOnce }));
}

type Write = { readonly PutRequest: { Item: Item } } | { readonly DeleteRequest: { Key: Item } };

async function writeBatches({ records }: World, writes: readonly Write[]): Promise<void> {
  const batches = inFlight(batchesAtOnce);
  for (let start = 0; start < writes.length; start += batchSize) {
    const batch = writes.slice(start, start + batchSize);
    await batches.start(async () => {
      const answer = await records.client.send(
        new BatchWriteCommand({ RequestItems: { [records.name]: batch } }),
      );
      // The database of this machine throttles nothing: what it left would make the figure too good.
      if (Object.keys(answer.UnprocessedItems ?? {}).length > 0)
        throw new Error('rows were left unprocessed');
    });
  }
  await batches.end();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
