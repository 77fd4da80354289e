import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { transact } from '#shared/aws/transaction.ts';
import type { AuditTables } from '#shared/ledger/audit.ts';
import { effectIdOf, emptyHead, nextEvent, type LedgerEvent } from '#shared/ledger/event.ts';
import { appendEvent, eventKey } from '#shared/ledger/ledger-store.ts';
import { createTable } from './engine-table.ts';

export type Owner = `${'R' | 'S'}#${string}`;

export async function createAuditTables(): Promise<AuditTables> {
  const [ledger, requests, sites] = await Promise.all(
    ['ledger', 'requests', 'sites'].map((name) => createTable(name)),
  );
  if (!ledger || !requests || !sites) throw new Error('no tables');
  return { ledger, requests, sites };
}

/**
 * Writes a chain, and the row that says where it stands.
 * @param type of its events: with another it is another chain, whole as well
 * @returns its events
 */
export async function writeChain(
  tables: AuditTables,
  owner: Owner,
  length: number,
  type = 'noted',
): Promise<LedgerEvent[]> {
  const requestId = owner.slice(2);
  const at = '2027-01-01T00:00:00.000Z';
  const events: LedgerEvent[] = [];
  for (let n = 1; n <= length; n += 1) {
    const effectId = effectIdOf(requestId, type, n);
    const event = { requestId, type, at, actor: 'system', facts: { n }, effectId } as const;
    events.push(nextEvent(events.at(-1) ?? emptyHead, event));
  }
  const { seq, hash } = events.at(-1) ?? emptyHead;
  const isSite = owner.startsWith('S#');
  const TableName = (isSite ? tables.sites : tables.requests).name;
  const Item = { pk: owner, sk: 'META', [isSite ? 'ledgerHead' : 'ledger']: { seq, hash } };
  await transact(tables.ledger.client, [
    { Put: { TableName, Item } },
    ...events.map((event) => appendEvent(tables.ledger, owner, event)),
  ]);
  return events;
}

export const removeEvent = ({ ledger }: AuditTables, owner: string, seq: number) =>
  ledger.client.send(new DeleteCommand({ TableName: ledger.name, Key: eventKey(owner, seq) }));

/** Puts an event where `seq` stands. */
export const putEvent = ({ ledger }: AuditTables, owner: string, seq: number, event: LedgerEvent) =>
  ledger.client.send(new PutCommand({ TableName: ledger.name, Item: { ...eventKey(owner, seq), ...event } }));

/** Changes what an event says, and not its hash. */
export const changeEvent = ({ ledger }: AuditTables, owner: string, seq: number) =>
  ledger.client.send(
    new UpdateCommand({
      TableName: ledger.name,
      Key: eventKey(owner, seq),
      UpdateExpression: 'SET facts = :facts',
      ExpressionAttributeValues: { ':facts': { n: 99 } },
    }),
  );
