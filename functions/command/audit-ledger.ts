/**
 * `npm run audit-ledger -- --stage NAME [--request ID | --receipt FILE --keys JWKS]`: verifies the chain of every request and
 * site, or of one request, with the operator's own credentials. Names the first changed, missing, reordered or added event of
 * each; with a receipt also whether the event that it names stands in the chain as it was signed.
 */
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import {
  auditChain,
  auditLedger,
  findNamed,
  type AuditTables,
  type ChainReport,
} from '#shared/ledger/audit.ts';
import { misused, readCommandLine, runCommand } from './command-line.ts';
import { CommandRefused } from './command-refused.ts';
import { findStage } from './local-stack.ts';
import { readReceiptHead, type ReceiptHead } from './receipt-head.ts';
import { readStackOutput } from './stack-output.ts';

const usage = `usage: npm run audit-ledger -- --stage NAME [--request ID | --receipt FILE --keys JWKS]

NAME  the stage; \`local\` is what \`npm start\` runs on this machine
ID    a request: audit its chain alone
FILE  a receipt: audit the chain of its request, and look for the event that the receipt names
JWKS  the issuer's public keys, as answered by GET /v1/keys: a receipt that does not verify names nothing`;

type Given = { stage: string; requestId?: string; receipt?: { file: string; keysFile: string } };

/** The command line, or nothing where it asks for help. @throws CommandRefused */
function readArguments(): Given | undefined {
  const text = { type: 'string' } as const;
  const line = readCommandLine(usage, { stage: text, request: text, receipt: text, keys: text });
  if (!line) return undefined;
  const { stage, request: requestId, receipt, keys } = line.values;
  if (line.positionals.length > 0) throw misused(usage, 'Only options are understood');
  if (stage === undefined) throw misused(usage, '--stage is missing');
  if (requestId !== undefined && !/^[0-9a-f-]{36}$/.test(requestId))
    throw misused(usage, '--request takes the id of a request');
  if (receipt === undefined && keys === undefined)
    return { stage, ...(requestId !== undefined && { requestId }) };
  if (receipt === undefined || keys === undefined) throw misused(usage, '--receipt and --keys go together');
  if (requestId !== undefined)
    throw misused(usage, '--receipt names its request itself: leave out --request');
  return { stage, receipt: { file: receipt, keysFile: keys } };
}

async function openTables(stage: string): Promise<AuditTables> {
  const client = dynamoClient();
  return {
    ledger: openTable(client, await readStackOutput(stage, 'LedgerTableName')),
    requests: openTable(client, await readStackOutput(stage, 'RequestsTableName')),
    sites: openTable(client, await readStackOutput(stage, 'SitesTableName')),
  };
}

async function* auditOne(tables: AuditTables, requestId: string): AsyncGenerator<ChainReport, void> {
  const report = await auditChain(tables, `R#${requestId}`);
  if (report.events === 0 && !report.fault) throw new CommandRefused(`there is no request ${requestId}`);
  yield report;
}

/** Keys may hold anything where somebody tampered: nothing in them may command the terminal. */
const nameOf = (owner: string): string =>
  `${owner.startsWith('S#') ? 'site' : 'request'} ${owner
    .slice(2)
    .replaceAll(/[^\w-]/g, '?')
    .slice(0, 80)}`;

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** @returns whether every chain is whole */
async function reportChains(reports: AsyncIterable<ChainReport>): Promise<boolean> {
  const count = { chains: 0, events: 0, faults: 0 };
  for await (const { owner, events, fault } of reports) {
    count.chains += 1;
    count.events += events;
    if (!fault) continue;
    count.faults += 1;
    console.log(`FAILED       ${nameOf(owner)}: event ${fault.seq} ${fault.problem}`);
  }
  console.log(`audited      ${countOf(count.chains, 'chain')}, ${countOf(count.events, 'event')}`);
  console.log(
    count.faults === 0
      ? 'verified: every chain is whole, in order and unchanged, and ends where its request or site says'
      : `not verified: ${count.faults} ${count.faults === 1 ? 'chain is' : 'chains are'} broken`,
  );
  return count.faults === 0;
}

/** @returns whether the chain holds what was signed: whoever rewrote all of it could not rewrite the receipt */
async function reportNamed(tables: AuditTables, { requestId, head }: ReceiptHead): Promise<boolean> {
  const found = await findNamed(tables, `R#${requestId}`, head);
  console.log(
    found === 'stands'
      ? `receipt      verified, and event ${head.seq} that it names stands in the chain of request ${requestId}`
      : `FAILED       receipt of request ${requestId}: event ${head.seq} that it names is ${found} in the chain`,
  );
  return found === 'stands';
}

async function main(): Promise<boolean> {
  const given = readArguments();
  if (!given) return true;
  const { stage, requestId, receipt } = given;
  const named = receipt && (await readReceiptHead(receipt.file, receipt.keysFile));
  if (receipt && !named) return false;
  findStage(stage);
  const tables = await openTables(stage);
  const stands = named === undefined || (await reportNamed(tables, named));
  const one = named?.requestId ?? requestId;
  const whole = await reportChains(one === undefined ? auditLedger(tables) : auditOne(tables, one));
  return stands && whole;
}

await runCommand(main, 'The audit did not end');
