import { spawnSync } from 'node:child_process';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { auditLedger, type AuditTables, type ChainReport } from '#shared/ledger/audit.ts';
import { effectIdOf, emptyHead, nextEvent, type LedgerEvent } from '#shared/ledger/event.ts';
import { appendEvent } from '#shared/ledger/ledger-store.ts';
import { createTable } from '#test/support/engine-table.ts';

let tables: AuditTables;
beforeEach(async () => {
  const [ledger, requests, sites] = await Promise.all(
    ['ledger', 'requests', 'sites'].map((name) => createTable(name)),
  );
  if (!ledger || !requests || !sites) throw new Error('no tables');
  tables = { ledger, requests, sites };
});

/** Writes a chain, and the row that says where it stands. @returns its events */
async function writeChain(owner: `${'R' | 'S'}#${string}`, length: number): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  const requestId = owner.slice(2);
  for (let n = 1; n <= length; n += 1) {
    const effectId = effectIdOf(requestId, 'noted', n);
    const event = {
      requestId,
      type: 'noted',
      at: '2027-01-01T00:00:00.000Z',
      actor: 'system',
      facts: { n },
      effectId,
    } as const;
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
const keyOf = (owner: string, seq: number) => ({ pk: owner, sk: String(seq).padStart(8, '0') });
const remove = (owner: string, seq: number) =>
  tables.ledger.client.send(new DeleteCommand({ TableName: tables.ledger.name, Key: keyOf(owner, seq) }));
const put = (owner: string, seq: number, event: LedgerEvent) =>
  tables.ledger.client.send(
    new PutCommand({ TableName: tables.ledger.name, Item: { ...keyOf(owner, seq), ...event } }),
  );
const change = (owner: string, seq: number) =>
  tables.ledger.client.send(
    new UpdateCommand({
      TableName: tables.ledger.name,
      Key: keyOf(owner, seq),
      UpdateExpression: 'SET facts = :facts',
      ExpressionAttributeValues: { ':facts': { n: 99 } },
    }),
  );

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
  Array.from({ length: count }, (): `${'R' | 'S'}#${string}` => `${letter}#${uuid()}`);

describe('G02: the audit of the ledger', () => {
  it('reads every chain of requests and sites once, page by page', async () => {
    const owners = [...ownersOf('R', 20), ...ownersOf('S', 3)];
    for (const [index, owner] of owners.entries()) await writeChain(owner, 1 + (index % 5));
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
      chains.set(owner, await writeChain(owner as `R#${string}`, 5));
    const eventOf = (owner: string, seq: number) => chains.get(owner)?.[seq - 1] ?? expect.fail('no event');

    await change(changed, 4);
    await change(changed, 2);
    await remove(missing, 3);
    await remove(last, 5);
    for (const seq of [1, 2, 3, 4, 5]) await remove(gone, seq);
    await put(swapped, 2, eventOf(swapped, 3));
    await put(swapped, 3, eventOf(swapped, 2));
    await put(added, 6, nextEvent(eventOf(added, 5), { ...eventOf(added, 5), type: 'forged' }));
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

describe('npm run audit-ledger', () => {
  let environment: NodeJS.ProcessEnv;
  beforeAll(() => {
    environment = { PATH: process.env['PATH'], ...clientEnvironment(inject('engine')) };
  });
  const run = (...args: string[]) => {
    const { ledger, requests, sites } = tables;
    const names = {
      LEDGER_TABLE_NAME: ledger.name,
      REQUESTS_TABLE_NAME: requests.name,
      SITES_TABLE_NAME: sites.name,
    };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['functions/command/audit-ledger.ts', ...args],
      {
        encoding: 'utf8',
        env: { ...environment, ...names },
      },
    );
    return { status, output: stdout + stderr };
  };

  it('says that all is as it was written, and exits with 0', async () => {
    await writeChain(`R#${uuid()}`, 3);
    await writeChain(`S#${uuid()}`, 2);

    const { status, output } = run('--stage', 'local');

    expect(output).toContain('audited      2 chains, 5 events');
    expect(output).toContain('verified: every chain is whole');
    expect(status).toBe(0);
  });

  it('names what was tampered with, and exits with 1; another request is still found whole', async () => {
    const [broken, whole] = [uuid(), uuid()];
    await writeChain(`R#${broken}`, 3);
    await writeChain(`R#${whole}`, 3);
    await change(`R#${broken}`, 2);

    const [all, one, other] = [
      run('--stage', 'local'),
      run('--stage', 'local', '--request', broken),
      run('--stage', 'local', '--request', whole),
    ];

    expect(all).toMatchObject({ status: 1 });
    expect(all.output).toContain(`FAILED       request ${broken}: event 2 changed`);
    expect(all.output).toContain('not verified: 1 chain is broken');
    expect(one).toMatchObject({ status: 1 });
    expect(one.output).toContain('audited      1 chains, 3 events');
    expect(other).toMatchObject({ status: 0 });
  });

  it.each([
    ['no stage', []],
    ['a request that is no id', ['--stage', 'local', '--request', 'x']],
    [
      'a request that is not there',
      ['--stage', 'local', '--request', '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e'],
    ],
    ['an unknown option', ['--stage', 'local', '--all']],
  ])('says in a sentence what is wrong with %s, and exits with 1', (_title, args) => {
    const { status, output } = run(...args);

    expect(status).toBe(1);
    expect(output).not.toContain('    at ');
    expect(output.trim()).not.toBe('');
  });
});
