/**
 * `npm run redrive -- --stage NAME --request ID`: starts the next attempt of a request that stands in needs-attention.
 * What an old execution still tries to write is refused, since every write names its attempt.
 */
import { parseArgs } from 'node:util';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { openTable } from '#shared/aws/table.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { CommandRefused } from './command-refused.ts';
import { findStage } from './local-stack.ts';
import { readStackOutput } from './stack-output.ts';

function readArguments(): { stage: string; requestId: string } {
  const { values } = parseArgs({ options: { stage: { type: 'string' }, request: { type: 'string' } } });
  const { stage, request: requestId } = values;
  if (stage === undefined || requestId === undefined) {
    throw new CommandRefused('usage: npm run redrive -- --stage NAME --request ID');
  }
  return { stage, requestId };
}

async function main(): Promise<void> {
  const { stage, requestId } = readArguments();
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
}

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : 'failure';
  console.error(error instanceof CommandRefused ? reason : `Nothing was started: ${reason}`);
  process.exitCode = 1;
}
