/**
 * `npm run redrive -- --stage NAME --request ID`: starts the next attempt of a request that stands in needs-attention.
 * What an old execution still tries to write is refused, since every write names its attempt.
 */
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { openTable } from '#shared/aws/table.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { misused, readCommandLine, runCommand } from './command-line.ts';
import { findStage } from './local-stack.ts';
import { readStackOutput } from './stack-output.ts';

const usage = `usage: npm run redrive -- --stage NAME --request ID

NAME  the stage; \`local\` is what \`npm start\` runs on this machine
ID    a request in state needs-attention`;

/** The command line, or nothing where it asks for help. @throws CommandRefused */
function readArguments(): { stage: string; requestId: string } | undefined {
  const line = readCommandLine(usage, { stage: { type: 'string' }, request: { type: 'string' } });
  if (!line) return undefined;
  const { stage, request: requestId } = line.values;
  if (line.positionals.length > 0) throw misused(usage, 'Only options are understood');
  if (stage === undefined || requestId === undefined)
    throw misused(usage, '--stage and --request are both wanted');
  return { stage, requestId };
}

async function main(): Promise<boolean> {
  const given = readArguments();
  if (!given) return true;
  const { stage, requestId } = given;
  findStage(stage);
  const dynamo = dynamoClient();
  const stores = {
    requests: openTable(dynamo, await readStackOutput(stage, 'RequestsTableName')),
    ledger: openTable(dynamo, await readStackOutput(stage, 'LedgerTableName')),
  };
  const sfn = sfnClient();
  const machines = {
    export: { sfn, arn: await readStackOutput(stage, 'ExportMachineArn') },
    erasure: { sfn, arn: await readStackOutput(stage, 'ErasureMachineArn') },
  };
  const attempt = await redriveRequest(stores, machines, requestId, new Date());
  console.log(`Request ${requestId} is at work again, in attempt ${attempt}.`);
  return true;
}

await runCommand(main, 'Nothing was started');
