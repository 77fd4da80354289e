import path from 'node:path';
import { runCommand } from './command.ts';
import { clientEnvironment } from './engine-clients.ts';
import { requireOutput, type LocalStack } from './local-stack.ts';
import { localStage, projectRoot } from './local-stage.ts';

const program = path.join(projectRoot, 'functions/command/enrolment-code.ts');
const deadlineMs = 30_000;

/**
 * A one-time code by which a site at `host` can enrol, printed by the same program that operators use.
 * @param vendor whether the site is the vendor's own back office
 */
export async function makeEnrolmentCode(
  stack: LocalStack,
  host: string,
  logFile: string,
  vendor = false,
): Promise<string> {
  const printed = await runCommand(
    {
      title: 'Making an enrolment code',
      file: process.execPath,
      args: [program, '--stage', localStage.name, '--host', host, ...(vendor ? ['--vendor'] : [])],
      env: {
        ...clientEnvironment(stack.engine),
        PATH: process.env['PATH'],
        SITES_TABLE_NAME: requireOutput(stack, 'SitesTableName'),
      },
      cwd: projectRoot,
      logFile,
      deadlineMs,
    },
    true,
  );
  return printed.trim();
}
