import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { inFlight } from '#shared/aws/in-flight.ts';
import { sealIncoming } from '#shared/vault/incoming-record.ts';
import { recordKey } from '#shared/vault/record-store.ts';
import { openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import { callSize, makeRecords, openPerson, send } from './profile.ts';

/** Records a second. */
export type Ingestion = {
  /** One site that sends call after call of 100 records: consent, profile and key checked in each transaction. */
  readonly one: number;
  /** Eight at once, each of another user. */
  readonly eight: number;
  /** The same rows, sealed ahead, each with a PutItem without any condition, eight at once. */
  readonly plain: number;
};

const calls = 20;
const atOnce = 8;

export async function ingestion(input: { world: WorldNames }): Promise<Ingestion> {
  const world = openWorld(input.world);
  await sendCalls(world, 5); // connections and compiled code
  const one = await timed(calls * callSize, () => sendCalls(world, calls));
  const eight = await timed(atOnce * calls * callSize, () =>
    Promise.all(Array.from({ length: atOnce }, () => sendCalls(world, calls))),
  );
  const rows = await sealedRows(calls * callSize);
  const plain = await timed(rows.length, () => putEach(world, rows));
  return { one, eight, plain };
}

async function sendCalls(world: World, count: number): Promise<void> {
  const { profile } = await openPerson(world);
  for (let call = 0; call < count; call += 1)
    await send(world, profile, makeRecords(call * callSize, callSize));
}

async function sealedRows(count: number): Promise<Record<string, unknown>[]> {
  const key = randomBytes(32);
  const at = { storedAt: new Date().toISOString(), freshId: '' };
  const sealed = makeRecords(0, count).map((record) => sealIncoming(key, 'plain', record, at));
  return (await Promise.all(sealed)).map((row) => {
    if (row === 'too-large') throw new RangeError('a record is too large');
    return { ...recordKey('plain', row.dataset, row.recordId), ...row };
  });
}

async function putEach({ records }: World, rows: readonly Record<string, unknown>[]): Promise<void> {
  const puts = inFlight(atOnce);
  for (const Item of rows)
    await puts.start(() => records.client.send(new PutCommand({ TableName: records.name, Item })));
  await puts.end();
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - started);
}
