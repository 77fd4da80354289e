import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngine, type Engine } from '#infra/local/engine.ts';
import { projectRoot } from '#infra/local/local-stage.ts';
import { isAlive } from '#infra/local/processes.ts';
import { ensureVenv } from '#infra/local/venv.ts';

export type TestEngine = Pick<Engine, 'url' | 'port' | 'pid' | 'caFile' | 'logFile'> & {
  /** This run's own folder, deleted with the engine. */
  directory: string;
};

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be merged
  export interface ProvidedContext {
    engine: TestEngine;
  }
}

export const venvDirectory = path.join(projectRoot, '.local/venv');
const testsDirectory = path.join(projectRoot, '.local/test');

/** Vitest global setup: the AWS engine alone, for tests that make their own tables in it. @returns what ends it */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = makeRunDirectory('engine');
  const python = await ensureVenv(venvDirectory, process.env);
  const engine = await startEngine(
    path.join(directory, 'engine'),
    python,
    path.join(directory, 'engine.log'),
  );
  const { url, port, pid, caFile, logFile } = engine;
  project.provide('engine', { url, port, pid, caFile, logFile, directory });
  return async () => {
    await engine.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

/** A folder of this process's own, beside those of other runs; what killed runs left is deleted. */
export function makeRunDirectory(kind: string): string {
  mkdirSync(testsDirectory, { recursive: true });
  for (const name of readdirSync(testsDirectory)) {
    const owner = /-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(path.join(testsDirectory, name), { recursive: true, force: true });
  }
  const directory = path.join(testsDirectory, `${kind}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}
