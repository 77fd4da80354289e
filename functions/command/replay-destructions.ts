/**
 * `npm run replay-destructions -- --stage NAME`: after the table `keys` was restored to an earlier time, destroys again every
 * key that the ledger says was destroyed, with the operator's own credentials. Until it has ended, nothing may be served.
 */
import { parseArgs } from 'node:util';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { replayDestructions } from '#shared/retention/replay-destructions.ts';
import { CommandRefused } from './command-refused.ts';
import { findStage } from './local-stack.ts';
import { readStackOutput } from './stack-output.ts';

function readStage(): string {
  const { stage } = parseArgs({ options: { stage: { type: 'string' } } }).values;
  if (stage === undefined) throw new CommandRefused('usage: npm run replay-destructions -- --stage NAME');
  return stage;
}

async function main(): Promise<void> {
  const stage = readStage();
  findStage(stage);
  const client = dynamoClient();
  const tables = {
    ledger: openTable(client, await readStackOutput(stage, 'LedgerTableName')),
    keys: openTable(client, await readStackOutput(stage, 'KeysTableName')),
  };
  const { told, destroyed } = await replayDestructions(tables);
  console.log(
    `The ledger tells of ${told} destroyed keys; ${destroyed} of them lived, and are destroyed again.`,
  );
}

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : 'failure';
  console.error(error instanceof CommandRefused ? reason : `It did not end, start it again: ${reason}`);
  process.exitCode = 1;
}
