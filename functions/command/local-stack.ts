import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import * as z from 'zod';
import { CommandRefused } from './command-refused.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
/** What `npm start` leaves there; more of it is for others. */
const stackFile = z.object({ engineUrl: z.url(), region: z.string(), caFile: z.string() });

/**
 * Lets the clients of this process find the stage. The stage `local` is the engine that `npm start` runs on this machine, by
 * its stack file (`DATA_RIGHTS_STACK_FILE` names another than `.local/stack.json`): its address, its root key, its certificate
 * and no other. Any other stage, and an address in `AWS_ENDPOINT_URL`, is for the shell's own settings.
 * @throws CommandRefused where nothing runs here
 */
export function findStage(stage: string): void {
  const { env } = process;
  if (stage !== 'local' || (env['AWS_ENDPOINT_URL'] ?? '') !== '') return;
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

function readStackFile(file: string): z.output<typeof stackFile> {
  try {
    return stackFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CommandRefused(
      `The stage local runs while \`npm start\` does, and there is no ${file} of it; DATA_RIGHTS_STACK_FILE names another.`,
    );
  }
}
