import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Construct } from 'constructs';
import { signEnvironment } from '#functions/invoked/sign/environment.ts';
import manifest from '../package.json' with { type: 'json' };

/** Context of the CDK app that names the commit it is made from. */
export const commitContext = 'commit';

/**
 * The commit that a working tree stands at, twelve characters or more of it; undefined where files of it were changed or
 * others stand beside them, or where there is no git.
 */
export function commitOf(directory: string): string | undefined {
  // Not of a repository that merely contains the directory.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(directory) };
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, {
      ...{ cwd: directory, env, encoding: 'utf8', timeout: 10_000 },
    });
    return status === 0 ? stdout.trim() : undefined;
  };
  return git('status', '--porcelain') === '' ? git('rev-parse', '--short=12', 'HEAD') : undefined;
}

/** Of the software that is deployed: receipts name it. One that no receipt could carry fails here, before any is due. */
export function versionOf(scope: Construct): string {
  const commit: unknown = scope.node.tryGetContext(commitContext);
  return signEnvironment.shape.SOFTWARE_VERSION.parse(
    typeof commit === 'string' ? `${manifest.version}+${commit}` : manifest.version,
  );
}
