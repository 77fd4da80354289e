import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from '#infra/local/failure.ts';
import { freePort } from '#infra/local/ports.ts';
import { processorSecondsOf } from './processor-time.ts';

const crate = { name: 'dynoxide-rs', version: '3.2.0' } as const;
const readyDeadlineMs = 10_000;

export type Dynoxide = {
  readonly url: string;
  readonly version: string;
  /** Of the processor, used so far. */
  readonly processorSeconds: () => number;
  readonly stop: () => void;
};

/**
 * A DynamoDB that does not slow down with the size of a partition, as the engine's own does: dynoxide, with its data in
 * memory, on a free port of loopback. It ends with this process.
 * @throws StartFailure that says how to get it
 */
export async function startDynoxide(env: NodeJS.ProcessEnv = process.env): Promise<Dynoxide> {
  const file = find('dynoxide', env);
  if (file === undefined) throw new StartFailure(`The benchmark needs dynoxide: ${advice(env)}`);
  const port = await freePort();
  const child = spawn(file, ['--host', '127.0.0.1', '--port', String(port), '--log', 'quiet'], {
    stdio: 'ignore',
  });
  const ending = new AbortController();
  for (const end of ['exit', 'error'])
    child.once(end, () => {
      ending.abort();
    });
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', stop);
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + readyDeadlineMs;
  while (!(await answers(url))) {
    if (ending.signal.aborted || performance.now() > deadline)
      throw new StartFailure('dynoxide does not start.');
    await delay(20);
  }
  return { url, version: versionOf(file), processorSeconds: () => processorSecondsOf(child.pid), stop };
}

/** Where a program is: on the path, or where cargo puts what it installs. */
function find(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(env['PATH'] ?? '').split(path.delimiter), path.join(homedir(), '.cargo/bin')];
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

function advice(env: NodeJS.ProcessEnv): string {
  const install = `cargo install ${crate.name} --version ${crate.version}`;
  return find('cargo', env) === undefined
    ? `install Rust (https://rustup.rs), then run \`${install}\`.`
    : `run \`${install}\` (some minutes), then this again.`;
}

const versionOf = (file: string): string =>
  spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.trim();

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).status < 500;
  } catch {
    return false;
  }
}
