import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Table } from '#shared/aws/table.ts';
import { auditLedger, type AuditTables, type ChainReport } from '#shared/ledger/audit.ts';
import { nextEvent, type LedgerEvent } from '#shared/ledger/event.ts';
import {
  changeEvent,
  createAuditTables,
  putEvent,
  removeEvent,
  writeChain,
  type Owner,
} from '#test/support/ledger-chains.ts';

let tables: AuditTables;
beforeEach(async () => {
  tables = await createAuditTables();
});

/** Clients whose scans and queries give two items a page. */
function withTinyPages({ ledger, requests, sites }: AuditTables): AuditTables & { pages: () => number } {
  const client = dynamoClient();
  let pages = 0;
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'QueryCommand' || context.commandName === 'ScanCommand') {
        pages += 1;
        Object.assign(args.input, { Limit: 2 });
      }
      return next(args);
    },
    { step: 'initialize', name: 'tinyPages' },
  );
  const again = ({ name }: Table): Table => openTable(client, name);
  return { ledger: again(ledger), requests: again(requests), sites: again(sites), pages: () => pages };
}
async function audit(over: AuditTables = tables): Promise<Map<string, ChainReport>> {
  const reports = new Map<string, ChainReport>();
  for await (const report of auditLedger(over)) {
    expect(reports.has(report.owner)).toBe(false);
    reports.set(report.owner, report);
  }
  return reports;
}
const ownersOf = (letter: 'R' | 'S', count: number) =>
  Array.from({ length: count }, (): Owner => `${letter}#${uuid()}`);

describe('G02: the audit of the ledger', () => {
  it('reads every chain of requests and sites once, page by page', async () => {
    const owners = [...ownersOf('R', 20), ...ownersOf('S', 3)];
    for (const [index, owner] of owners.entries()) await writeChain(tables, owner, 1 + (index % 5));
    // Rows of the other tables that have no chain.
    await tables.sites.client.send(
      new PutCommand({ TableName: tables.sites.name, Item: { pk: 'C#1', sk: 'META', name: 'x' } }),
    );
    const tiny = withTinyPages(tables);

    const reports = await audit(tiny);

    expect([...reports.keys()].toSorted()).toEqual(owners.toSorted());
    expect([...reports.values()].every(({ fault }) => fault === undefined)).toBe(true);
    expect([...reports.values()].reduce((sum, { events }) => sum + events, 0)).toBe(
      owners.reduce((sum, _, index) => sum + 1 + (index % 5), 0),
    );
    expect(tiny.pages()).toBeGreaterThan(60);
  });

  it('names the first changed, missing, reordered or added event of each chain, and leaves the others alone', async () => {
    const [changed = '', missing = '', last = '', gone = '', swapped = '', added = '', whole = ''] = ownersOf(
      'R',
      7,
    );
    const chains = new Map<string, LedgerEvent[]>();
    for (const owner of [changed, missing, last, gone, swapped, added, whole])
      chains.set(owner, await writeChain(tables, owner as Owner, 5));
    const eventOf = (owner: string, seq: number) => chains.get(owner)?.[seq - 1] ?? expect.fail('no event');

    await changeEvent(tables, changed, 4);
    await changeEvent(tables, changed, 2);
    await removeEvent(tables, missing, 3);
    await removeEvent(tables, last, 5);
    for (const seq of [1, 2, 3, 4, 5]) await removeEvent(tables, gone, seq);
    await putEvent(tables, swapped, 2, eventOf(swapped, 3));
    await putEvent(tables, swapped, 3, eventOf(swapped, 2));
    await putEvent(tables, added, 6, nextEvent(eventOf(added, 5), { ...eventOf(added, 5), type: 'forged' }));
    const reports = await audit(withTinyPages(tables));

    const faults = new Map([...reports].map(([owner, { fault }]) => [owner, fault]));
    expect(faults).toEqual(
      new Map([
        [changed, { seq: 2, problem: 'changed' }],
        [missing, { seq: 3, problem: 'missing' }],
        [last, { seq: 5, problem: 'missing' }],
        [gone, { seq: 1, problem: 'missing' }],
        [swapped, { seq: 2, problem: 'reordered' }],
        [added, { seq: 6, problem: 'added' }],
        [whole, undefined],
      ]),
    );
  });
});
