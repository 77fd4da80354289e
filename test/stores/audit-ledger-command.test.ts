import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { localStage } from '#infra/local/local-stage.ts';
import type { AuditTables } from '#shared/ledger/audit.ts';
import type { LedgerHead } from '#shared/ledger/event.ts';
import { exampleContent, jwks, signReceipt } from '#test/shared/receipts/example-receipt.ts';
import { changeEvent, createAuditTables, removeEvent, writeChain } from '#test/support/ledger-chains.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'audit-'));
const inScratch = (name: string): string => path.join(scratch, name);
const [receiptFile, keysFile, stackFile] = [
  inScratch('receipt.jws'),
  inScratch('keys.json'),
  inScratch('stack.json'),
];
let tables: AuditTables;
let onEngine: NodeJS.ProcessEnv;

beforeAll(() => {
  const engine = inject('engine');
  onEngine = clientEnvironment(engine);
  writeFileSync(keysFile, JSON.stringify(jwks));
  const stack = { engineUrl: engine.url, region: localStage.region, caFile: engine.caFile };
  writeFileSync(stackFile, JSON.stringify({ ...stack, apiUrl: 'http://127.0.0.1:1' }));
});
beforeEach(async () => {
  tables = await createAuditTables();
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const runIn = (environment: NodeJS.ProcessEnv, ...args: string[]) => {
  const { ledger, requests, sites } = tables;
  const names = {
    LEDGER_TABLE_NAME: ledger.name,
    REQUESTS_TABLE_NAME: requests.name,
    SITES_TABLE_NAME: sites.name,
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['functions/command/audit-ledger.ts', ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], ...environment, ...names } },
  );
  return { status, output: stdout + stderr };
};
const run = (...args: string[]) => runIn(onEngine, ...args);

describe('npm run audit-ledger', () => {
  it('says that all is as it was written, and exits with 0', async () => {
    await writeChain(tables, `R#${uuid()}`, 3);
    await writeChain(tables, `S#${uuid()}`, 2);

    const { status, output } = run('--stage', 'local');

    expect(output).toContain('audited      2 chains, 5 events');
    expect(output).toContain('verified: every chain is whole');
    expect(status).toBe(0);
  });

  it('names what was tampered with, and exits with 1; another request is still found whole', async () => {
    const [broken, whole] = [uuid(), uuid()];
    await writeChain(tables, `R#${broken}`, 3);
    await writeChain(tables, `R#${whole}`, 3);
    await changeEvent(tables, `R#${broken}`, 2);

    const [all, one, other] = [
      run('--stage', 'local'),
      run('--stage', 'local', '--request', broken),
      run('--stage', 'local', '--request', whole),
    ];

    expect(all).toMatchObject({ status: 1 });
    expect(all.output).toContain(`FAILED       request ${broken}: event 2 changed`);
    expect(all.output).toContain('not verified: 1 chain is broken');
    expect(one).toMatchObject({ status: 1 });
    expect(one.output).toContain('audited      1 chain, 3 events');
    expect(other).toMatchObject({ status: 0 });
  });

  it('counts one event of one chain as one', async () => {
    await writeChain(tables, `R#${uuid()}`, 1);

    expect(run('--stage', 'local').output).toContain('audited      1 chain, 1 event\n');
  });

  it('tells its usage on --help, and exits with 0', () => {
    const { status, output } = runIn({}, '--help');

    expect(output).toContain('usage: npm run audit-ledger -- --stage NAME');
    expect(status).toBe(0);
  });

  it.each([
    ['no stage', [], '--stage is missing'],
    [
      'a request that is no id',
      ['--stage', 'local', '--request', 'x'],
      '--request takes the id of a request',
    ],
    [
      'a request that is not there',
      ['--stage', 'local', '--request', '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e'],
      'there is no request 0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e',
    ],
    ['an unknown option', ['--stage', 'local', '--all'], "Unknown option '--all'"],
    [
      'a receipt without keys',
      ['--stage', 'local', '--receipt', receiptFile],
      '--receipt and --keys go together',
    ],
    [
      'a receipt that is not there',
      ['--stage', 'local', '--receipt', 'nowhere.jws', '--keys', keysFile],
      'nowhere.jws cannot be read: there is no such file',
    ],
    [
      'keys that are not there',
      ['--stage', 'local', '--receipt', keysFile, '--keys', 'nowhere.json'],
      'nowhere.json cannot be read: there is no such file',
    ],
  ])('says in a sentence what is wrong with %s, and exits with 1', (_title, args, sentence) => {
    const { status, output } = run(...args);

    expect(status).toBe(1);
    expect(output).not.toContain('    at ');
    expect(output).toContain(sentence);
  });
});

describe('npm run audit-ledger on the stack of this machine', () => {
  it('finds it by its file, and trusts its certificate', async () => {
    await writeChain(tables, `R#${uuid()}`, 2);

    const { status, output } = runIn(
      { DATA_RIGHTS_STACK_FILE: stackFile, AWS_PROFILE: 'a-person', AWS_SESSION_TOKEN: 'of-another-account' },
      ...['--stage', 'local'],
    );

    expect(output).toContain('audited      1 chain, 2 events');
    expect(status).toBe(0);
  });

  it('says in one line which stages there are, where it is given none of them', () => {
    expect(runIn({}, '--stage', 'nostage')).toEqual({
      status: 1,
      output: 'There is no stage nostage in infra/stages.json, only local and example.\n',
    });
  });

  it('looks for another stage in the region of its settings', () => {
    const { status, output } = runIn(
      { AWS_EC2_METADATA_DISABLED: 'true', HOME: scratch },
      ...['--stage', 'example'],
    );

    expect(output).toBe('The audit did not end: Could not load credentials from any providers\n');
    expect(status).toBe(1);
  });

  it('says so where none runs', () => {
    const { status, output } = runIn(
      { DATA_RIGHTS_STACK_FILE: inScratch('nowhere.json') },
      '--stage',
      'local',
    );

    expect(output).toContain('The stage local runs while `npm start` does');
    expect(output).toContain(inScratch('nowhere.json'));
    expect(output).not.toContain('    at ');
    expect(status).toBe(1);
  });
});

describe('npm run audit-ledger with a receipt', () => {
  const receiptOf = (requestId: string, event: LedgerHead | undefined): Promise<string> => {
    const { seq, hash } = event ?? expect.fail('no such event');
    return signReceipt(exampleContent({ requestId, ledger: { seq, hash } }));
  };
  const audit = async (requestId: string, event: LedgerHead | undefined) => {
    writeFileSync(receiptFile, await receiptOf(requestId, event));
    return run('--stage', 'local', '--receipt', receiptFile, '--keys', keysFile);
  };

  it('G02: finds the event that the receipt names, in a chain that has grown since', async () => {
    const requestId = uuid();
    const events = await writeChain(tables, `R#${requestId}`, 5);
    await writeChain(tables, `R#${uuid()}`, 2);

    const { status, output } = await audit(requestId, events[2]);

    expect(output).toContain(
      `receipt      verified, and event 3 that it names stands in the chain of request ${requestId}`,
    );
    expect(output).toContain('audited      1 chain, 5 events');
    expect(status).toBe(0);
  });

  it('G02: tells a chain that was written anew with its head, which the audit alone does not', async () => {
    const requestId = uuid();
    const owner = `R#${requestId}` as const;
    const events = await writeChain(tables, owner, 4);
    for (const { seq } of events) await removeEvent(tables, owner, seq);
    await writeChain(tables, owner, 4, 'rewritten');

    const { status, output } = await audit(requestId, events[2]);

    expect(output).toContain(
      `FAILED       receipt of request ${requestId}: event 3 that it names is changed in the chain`,
    );
    expect(output).toContain('verified: every chain is whole');
    expect(status).toBe(1);
  });

  it('G02: tells that the event is gone', async () => {
    const requestId = uuid();
    const events = await writeChain(tables, `R#${requestId}`, 3);
    await removeEvent(tables, `R#${requestId}`, 3);

    const { status, output } = await audit(requestId, events[2]);

    expect(output).toContain('event 3 that it names is missing in the chain');
    expect(output).toContain(`FAILED       request ${requestId}: event 3 missing`);
    expect(status).toBe(1);
  });

  it('A6: believes nothing of a receipt that does not verify', async () => {
    const requestId = uuid();
    const [event] = await writeChain(tables, `R#${requestId}`, 1);
    const [head, , signature] = (await signReceipt(exampleContent())).split('.');
    const [, payload] = (await receiptOf(requestId, event)).split('.');
    writeFileSync(receiptFile, [head, payload, signature].join('.'));

    const { status, output } = run('--stage', 'local', '--receipt', receiptFile, '--keys', keysFile);

    expect(output).toContain('FAILED       signature: does not fit the receipt');
    expect(output).not.toContain('audited');
    expect(status).toBe(1);
  });
});
