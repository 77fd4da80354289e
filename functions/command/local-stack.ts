import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import * as z from 'zod';
import { CommandRefused } from './command-refused.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
/** What `npm start` leaves there; more of it is for others. */
const stackFile = z.object({ engineUrl: z.url(), region: z.string(), caFile: z.string() });

const stagesFile = path.join(projectRoot, 'infra/stages.json');
/** What a command needs of the settings of all stages; that they are right is seen to when one is deployed. */
const stagesSettings = z.record(z.string(), z.object({ region: z.string() }));

/**
 * Lets the clients of this process find the stage. The stage `local` is the engine that `npm start` runs on this machine, by
 * its stack file (`DATA_RIGHTS_STACK_FILE` names another than `.local/stack.json`): its address, its root key, its certificate
 * and no other. Any other stage is for the shell's own settings, in its own region unless `AWS_REGION` names another. Where
 * `AWS_ENDPOINT_URL` has an address, all is for the shell.
 * @throws CommandRefused where there is no such stage, or nothing runs here
 */
export function findStage(stage: string): void {
  const { env } = process;
  if ((env['AWS_ENDPOINT_URL'] ?? '') !== '') return;
  const { region: ownRegion } = readStage(stage);
  if (stage !== 'local') {
    env['AWS_REGION'] ??= ownRegion;
    return;
  }
  const file = env['DATA_RIGHTS_STACK_FILE'] ?? path.join(projectRoot, '.local/stack.json');
  const { engineUrl, region, caFile } = readStackFile(file);
  Object.assign(env, {
    AWS_ENDPOINT_URL: engineUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  // Of a person's own account nothing is sent to it.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) Reflect.deleteProperty(env, name);
  setDefaultCACertificates([readFileSync(caFile, 'utf8')]);
}

function readStage(stage: string): { region: string } {
  const stages = stagesSettings.parse(JSON.parse(readFileSync(stagesFile, 'utf8')));
  const found = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (found) return found;
  throw new CommandRefused(
    `There is no stage ${stage} in infra/stages.json, only ${Object.keys(stages).join(' and ')}.`,
  );
}

function readStackFile(file: string): z.output<typeof stackFile> {
  try {
    return stackFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CommandRefused(
      `The stage local runs while \`npm start\` does, and there is no ${file} of it; DATA_RIGHTS_STACK_FILE names another.`,
    );
  }
}
