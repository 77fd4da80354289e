import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { getItem, queryAll, type Item, type Table } from '#shared/aws/table.ts';
import { findFault, type ChainFault } from './chain-fault.ts';
import type { LedgerHead } from './event.ts';
import { eventKey } from './ledger-store.ts';

/** The ledger, and the tables whose rows say where each chain stands. */
export type AuditTables = { readonly ledger: Table; readonly requests: Table; readonly sites: Table };

/** One chain: `owner` is `R#id` of a request or `S#id` of a site. */
export type ChainReport = { readonly owner: string; readonly events: number; readonly fault?: ChainFault };

/** Chains read at once. */
const together = 16;

/**
 * Audits every chain: those that the ledger holds, and those that a request or a site says must be there, so that a chain
 * which is gone as a whole is missed. For an operator's command: no deployed function may scan a table.
 */
export async function* auditLedger(tables: AuditTables): AsyncGenerator<ChainReport, void> {
  let group: string[] = [];
  for await (const owner of findOwners(tables)) {
    group.push(owner);
    if (group.length < together) continue;
    yield* await Promise.all(group.map((one) => auditChain(tables, one)));
    group = [];
  }
  yield* await Promise.all(group.map((one) => auditChain(tables, one)));
}

/** Audits one chain as it stands, also while it grows: its head is read before it and after it. */
export async function auditChain(tables: AuditTables, owner: string): Promise<ChainReport> {
  const before = await readHead(tables, owner);
  const rows = await queryAll(tables.ledger, owner);
  const after = await readHead(tables, owner);
  const fault = findFault(owner, rows, { before, after });
  return { owner, events: rows.length, ...(fault && { fault }) };
}

/**
 * Whether the event that somebody outside was told of, signed, still is in the chain as it was then. That its hash fits what
 * it says is for the audit of the chain.
 */
export async function findNamed(
  { ledger }: AuditTables,
  owner: string,
  { seq, hash }: LedgerHead,
): Promise<'stands' | 'changed' | 'missing'> {
  const row = await getItem(ledger, eventKey(owner, seq));
  if (!row) return 'missing';
  return row['hash'] === hash ? 'stands' : 'changed';
}

async function* findOwners({ ledger, requests, sites }: AuditTables): AsyncGenerator<string, void> {
  const seen = new Set<string>();
  for (const [table, filter] of [
    [ledger, undefined],
    [requests, 'META'],
    [sites, 'META'],
  ] as const) {
    for await (const owner of scanPartitions(table, filter)) {
      // Of the sites' table some partitions are keys and codes, which have no chain.
      if (seen.has(owner) || (filter && !/^[RS]#/.test(owner))) continue;
      seen.add(owner);
      yield owner;
    }
  }
}

/** Partition keys of a table, page by page; as often as they have rows with that sort key. */
async function* scanPartitions({ client, name }: Table, sk?: string): AsyncGenerator<string, void> {
  const filter = sk !== undefined && {
    FilterExpression: 'sk = :sk',
    ExpressionAttributeValues: { ':sk': sk },
  };
  let next: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        ...{ TableName: name, ProjectionExpression: 'pk', ConsistentRead: true, ...filter },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    for (const { pk } of page.Items ?? []) yield String(pk);
    next = page.LastEvaluatedKey;
  } while (next);
}

const head = z.object({ seq: z.int(), hash: z.string() });

/** Where the request, or the site, says that its chain stands; nothing where there is none. */
async function readHead({ requests, sites }: AuditTables, owner: string): Promise<LedgerHead | undefined> {
  const isSite = owner.startsWith('S#');
  const item = await getItem(isSite ? sites : requests, { pk: owner, sk: 'META' });
  return head.safeParse(item?.[isSite ? 'ledgerHead' : 'ledger']).data;
}
