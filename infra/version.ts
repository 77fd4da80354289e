import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Construct } from 'constructs';
import manifest from '../package.json' with { type: 'json' };

/** Context of the CDK app that names the commit it is made from. */
export const commitContext = 'commit';

/**
 * The commit that a working tree stands at, twelve characters or more of it; undefined where files of it were changed, or
 * where there is no git.
 */
export function commitOf(directory: string): string | undefined {
  const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  // Not of a repository that merely contains the directory.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(directory) };
  const { stdout } = spawnSync('git', describe, { cwd: directory, env, encoding: 'utf8', timeout: 10_000 });
  return /^[0-9a-f]{12,40}$/.exec((stdout as string | null)?.trim() ?? '')?.[0];
}

/** Of the software that is deployed, `0.1.0+9e364732a1bc`: receipts name it. */
export function softwareVersion(scope: Construct): string {
  const commit: unknown = scope.node.tryGetContext(commitContext);
  return typeof commit === 'string' ? `${manifest.version}+${commit}` : manifest.version;
}
