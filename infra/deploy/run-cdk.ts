import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { stackName, type Stage } from '#infra/config.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Runs the CDK's command-line tool for the stack of one stage, with this Node, and waits for its end.
 * @returns its exit status
 */
export function runCdk(verb: 'deploy' | 'destroy', stage: Stage, ...flags: readonly string[]): number {
  const tool = path.join(root, 'node_modules/aws-cdk/bin/cdk');
  const { status } = spawnSync(
    process.execPath,
    [tool, verb, stackName(stage), '-c', `stage=${stage.name}`, ...flags],
    { cwd: root, stdio: 'inherit' },
  );
  return status ?? 1;
}
