import { fork } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import { bundling } from '#infra/constructs/bundle-functions.ts';
import { projectRoot } from '#infra/local/local-stage.ts';
import type { Measurements } from './measurements.ts';

export type Measured<Result> = Result & {
  /** The most that the process ever had resident, in MB of 10^6 bytes. */
  readonly peakMegabytes: number;
};
type ResultOf<Kind extends keyof Measurements> = Measured<Awaited<ReturnType<Measurements[Kind]>>>;
export type Measure = <Kind extends keyof Measurements>(
  kind: Kind,
  input: Parameters<Measurements[Kind]>[0],
) => Promise<ResultOf<Kind>>;

/**
 * Heap limits as Node 24 sets them by itself on a machine with so much memory, here for a function of 1,769 MB, which pages
 * and bundles are worked on in. With the memory of a larger machine it collects garbage later, and its peak says nothing.
 */
const heapLimits = ['--max-old-space-size=884', '--max-semi-space-size=32'];

/**
 * Makes what makes measurements, each in a process of its own, so that neither memory nor compiled code is of another. The
 * code is bundled and minified as that of the functions is.
 * @param directory for the code; deleted by the caller
 * @param env where the processes find the services that they call
 */
export async function openMeasuring(directory: string, env: NodeJS.ProcessEnv): Promise<Measure> {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'measure.ts')],
    absWorkingDir: projectRoot,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    ...bundling,
    splitting: true,
    // Actions are told apart by the names of their classes.
    keepNames: true,
    logLevel: 'error',
  });
  const entry = path.join(directory, 'measure.mjs');
  return async <Kind extends keyof Measurements>(kind: Kind, input: Parameters<Measurements[Kind]>[0]) => {
    const child = fork(entry, [kind], { env, execArgv: heapLimits, stdio: 'inherit' });
    child.send(input);
    const result = await new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve).once('error', reject);
      child.once('exit', (status) => {
        reject(new Error(`measuring ${kind} ended with ${status ?? 'a signal'}`));
      });
    });
    return result as ResultOf<Kind>;
  };
}
