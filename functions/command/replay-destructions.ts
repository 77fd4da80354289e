/**
 * `npm run replay-destructions -- --stage NAME`: after the table `keys` was restored to an earlier time, destroys again every
 * key that the ledger says was destroyed, with the operator's own credentials. Until it has ended, nothing may be served.
 */
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { replayDestructions } from '#shared/retention/replay-destructions.ts';
import { misused, readCommandLine, runCommand } from './command-line.ts';
import { findStage } from './local-stack.ts';
import { readStackOutput } from './stack-output.ts';

const usage = `usage: npm run replay-destructions -- --stage NAME

NAME  the stage; \`local\` is what \`npm start\` runs on this machine`;

async function main(): Promise<boolean> {
  const line = readCommandLine(usage, { stage: { type: 'string' } });
  if (!line) return true;
  const { stage } = line.values;
  if (line.positionals.length > 0) throw misused(usage, 'Only options are understood');
  if (stage === undefined) throw misused(usage, '--stage is missing');
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
  return true;
}

await runCommand(main, 'It did not end, start it again');
