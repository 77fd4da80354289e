import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './command.ts';
import { getFromEngine } from './engine-clients.ts';
import { engineEnvironment, enginePlaces, stateVariables, type EnginePlaces } from './engine-environment.ts';
import { StartFailure } from './failure.ts';
import { freePort } from './ports.ts';
import { killGroup } from './processes.ts';

const readyDeadlineMs = 30_000;
const readyPollMs = 50;
const endDeadlineMs = 8_000;
const launcher = path.join(import.meta.dirname, 'python/launch.py');
const certificateMaker = path.join(import.meta.dirname, 'python/certificate.py');

export type Engine = {
  /** `https://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** Of the engine's own process; its Lambda workers are in the same group. */
  pid: number | undefined;
  /** The engine's certificate, PEM. */
  caFile: string;
  logFile: string;
  /** Resolves when the engine has ended, whoever ended it. */
  ended: Promise<void>;
  /** Ends it and its workers, and deletes what they left. Safe to call twice. */
  stop: () => Promise<void>;
};

/**
 * Starts the AWS engine on a free loopback port, in an empty state unless one was kept. It ends with this process, also when that is killed:
 * it watches its standard input, which only we hold open.
 * @param directory its own folder; wiped first
 * @param python of the environment made by `ensureVenv`
 * @param logFile outside that folder; gets what the engine and its workers write
 * @param stateDirectory outside that folder as well; where it is given, what the engine holds is kept there when it is
 * stopped, and found again at the next start. Executions that run when it stops have failed then
 */
export async function startEngine(
  directory: string,
  python: string,
  logFile: string,
  stateDirectory?: string,
): Promise<Engine> {
  const places = enginePlaces(directory);
  prepare(places);
  const searchPath = process.env['PATH'] ?? '';
  await runCommand({
    title: 'Making the certificate',
    file: python,
    args: [certificateMaker, places.certificate, places.key],
    env: { PATH: searchPath, PYTHONDONTWRITEBYTECODE: '1' },
    cwd: directory,
    logFile,
    deadlineMs: readyDeadlineMs,
  });
  const port = await freePort();
  const env = {
    ...engineEnvironment(places, port, path.dirname(process.execPath), searchPath),
    ...(stateDirectory === undefined ? {} : stateVariables(stateDirectory)),
  };
  const log = openSync(logFile, 'a');
  // A group of its own: Ctrl-C on the terminal reaches us alone, and we end the engine in order.
  const child = spawn(python, [launcher], { cwd: directory, env, stdio: ['pipe', log, log], detached: true });
  closeSync(log);
  child.stdin?.on('error', () => undefined); // it has ended, and `ended` says so
  const engine = {
    url: `https://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    caFile: places.certificate,
    logFile,
    ended: endOf(child),
    stop: () => stop(child, engine.ended, directory),
  };
  try {
    await waitUntilReady(child, engine);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return engine;
}

function prepare(places: EnginePlaces): void {
  rmSync(places.directory, { recursive: true, force: true });
  for (const folder of [places.temporary, places.home]) mkdirSync(folder, { recursive: true });
  // Workers are CommonJS scripts below this folder; the project's own package.json would make them ES modules.
  writeFileSync(path.join(places.temporary, 'package.json'), '{ "type": "commonjs" }\n');
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
}

async function waitUntilReady(child: ChildProcess, engine: Engine): Promise<void> {
  const deadline = performance.now() + readyDeadlineMs;
  while (performance.now() < deadline) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      throw new StartFailure(`The AWS engine ended while starting; ${engine.logFile} says why.`);
    const ready = await getFromEngine(engine, '/_ministack/ready').then(
      () => true,
      () => false,
    );
    if (ready) return;
    await delay(readyPollMs);
  }
  throw new StartFailure(
    `The AWS engine was not ready in ${readyDeadlineMs / 1000} s; see ${engine.logFile}.`,
  );
}

async function stop(child: ChildProcess, ended: Promise<void>, directory: string): Promise<void> {
  child.stdin?.end();
  await Promise.race([ended, delay(endDeadlineMs, undefined, { ref: false })]);
  if (child.pid !== undefined) killGroup(child.pid);
  await ended;
  rmSync(directory, { recursive: true, force: true });
}
