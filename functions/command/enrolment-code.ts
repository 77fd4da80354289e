/**
 * `npm run enrolment-code -- --stage NAME --host HOST [--vendor] [--controller ID]`: makes a one-time code for one site.
 * The code alone goes to stdout, so that it can be piped; it is kept by its hash and cannot be shown again.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { codeBytes, codeLife, hashEnrolmentCode, writeEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { putEnrolment } from '#shared/sites/site-store.ts';
import { normaliseHost } from '#shared/sites/site-url.ts';
import { CommandRefused } from './command-refused.ts';
import { findStage } from './local-stack.ts';
import { readStackOutput } from './stack-output.ts';

const usage = 'usage: npm run enrolment-code -- --stage NAME --host HOST [--vendor] [--controller ID]';
const help = `${usage}

NAME          the stage; \`local\` is what \`npm start\` runs on this machine
HOST          the host of the site that may enrol, such as shop.example.net
--vendor      the site is the vendor's own back office
--controller  the id of a controller that has a site already; without it the site gets a controller of its own`;

function readArguments(): { stage: string; host: string; vendor: boolean; controllerId: string } {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      host: { type: 'string' },
      vendor: { type: 'boolean', default: false },
      controller: { type: 'string' },
    },
  });
  const { stage, host = '', vendor, controller = uuidv7() } = values;
  if (stage === undefined || !/^[a-z][a-z0-9-]*$/.test(stage)) throw new CommandRefused(usage);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(controller)) {
    throw new CommandRefused('--controller takes the id of a controller');
  }
  const normalised = normaliseHost(host);
  if (normalised === undefined)
    throw new CommandRefused('--host takes a host name, such as shop.example.net');
  return { stage, host: normalised, vendor, controllerId: controller };
}

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help);
    return;
  }
  const { stage, host, vendor, controllerId } = readArguments();
  findStage(stage);
  const sites = openTable(dynamoClient(), await readStackOutput(stage, 'SitesTableName'));
  const code = writeEnrolmentCode(randomBytes(codeBytes));
  const expiresAt = new Date(Date.now() + codeLife).toISOString();
  await transact(sites.client, [
    putEnrolment(sites, hashEnrolmentCode(code), { host, controllerId, vendor, expiresAt }),
  ]);
  const kind = vendor ? "the vendor's back office" : 'a site';
  console.error(`This code enrols ${kind} at ${host} once, until ${expiresAt} (stage ${stage}).`);
  console.log(code);
}

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : 'failure';
  console.error(error instanceof CommandRefused ? reason : `No code was made: ${reason}`);
  process.exitCode = 1;
}
