/**
 * `npm run audit-ledger -- --stage NAME [--request ID]`: verifies the chain of every request and site, or of one request,
 * with the operator's own credentials. Names the first changed, missing, reordered or added event of each.
 */
import { parseArgs } from 'node:util';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { auditChain, auditLedger, type AuditTables, type ChainReport } from '#shared/ledger/audit.ts';
import { CommandRefused } from './command-refused.ts';
import { readStackOutput } from './stack-output.ts';

const usage = 'usage: npm run audit-ledger -- --stage NAME [--request ID]';

function readArguments(): { stage: string; requestId?: string } {
  const { values } = parseArgs({ options: { stage: { type: 'string' }, request: { type: 'string' } } });
  const { stage, request: requestId } = values;
  if (stage === undefined || (requestId !== undefined && !/^[0-9a-f-]{36}$/.test(requestId)))
    throw new CommandRefused(usage);
  return { stage, ...(requestId !== undefined && { requestId }) };
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

async function main(): Promise<boolean> {
  const { stage, requestId } = readArguments();
  const tables = await openTables(stage);
  const count = { chains: 0, events: 0, faults: 0 };
  const reports = requestId === undefined ? auditLedger(tables) : auditOne(tables, requestId);
  for await (const { owner, events, fault } of reports) {
    count.chains += 1;
    count.events += events;
    if (!fault) continue;
    count.faults += 1;
    console.log(`FAILED       ${nameOf(owner)}: event ${fault.seq} ${fault.problem}`);
  }
  console.log(`audited      ${count.chains} chains, ${count.events} events`);
  console.log(
    count.faults === 0
      ? 'verified: every chain is whole, in order and unchanged, and ends where its request or site says'
      : `not verified: ${count.faults} ${count.faults === 1 ? 'chain is' : 'chains are'} broken`,
  );
  return count.faults === 0;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  const reason = error instanceof Error ? error.message : 'failure';
  console.error(error instanceof CommandRefused ? reason : `The audit did not end: ${reason}`);
  process.exitCode = 1;
}
