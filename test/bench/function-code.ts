import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunctions } from '#infra/constructs/bundle-functions.ts';
import { functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { variables } from '#shared/aws/variables.ts';
import type { Deployment } from './deployed/deployment.ts';

export type FunctionCode = {
  readonly name: FunctionName;
  readonly bytes: number;
  readonly importMilliseconds: number;
};

/** An odd number: the one in the middle counts. */
const runs = 5;
const timeImport = `const started = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - started));
process.exit();`;

/** Size of each function's bundle, and how long a fresh process takes to load it: module code runs, no call is made. */
export function measureFunctionCode({ settings }: Deployment): FunctionCode[] {
  const bundles = bundleFunctions();
  const named = Object.keys(variables).map((name) => [name, settings[name] ?? `the-${name.toLowerCase()}`]);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(Object.fromEntries(named) as Record<string, string>),
    ...{ AWS_REGION: 'eu-central-1', POWERTOOLS_LOG_LEVEL: 'SILENT' },
  };
  return functionNames.map((name) => {
    const { directory, bytes } = bundles[name];
    const file = pathToFileURL(path.join(directory, 'handler.mjs')).href;
    const times = Array.from({ length: runs }, () => {
      const args = ['--input-type=module', '--eval', timeImport, file];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} cannot be loaded: ${stderr}`);
      return Number(stdout);
    });
    return { name, bytes, importMilliseconds: times.toSorted((a, b) => a - b)[(runs - 1) / 2] ?? NaN };
  });
}
