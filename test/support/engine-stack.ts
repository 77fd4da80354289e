/**
 * Vitest global setup: the AWS engine with the deployed app, front door and outbox, once for the run. With ENGINE_ONLY=1 just
 * the engine, which is enough, and 10 s faster, for `test/stores` and `test/engine`.
 */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { openLocalStack, type LocalStack } from '#infra/local/local-stack.ts';
import { makeRunDirectory, provideEngine, venvDirectory } from '#test/support/engine.ts';

export type TestStack = Pick<LocalStack, 'apiUrl' | 'outboxUrl' | 'outputs' | 'template' | 'stackName'>;

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be merged
  export interface ProvidedContext {
    stack: TestStack;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['ENGINE_ONLY'] === '1') return provideEngine(project);
  const directory = makeRunDirectory('stack');
  const terminal = { step: <Result>(_title: string, work: () => Promise<Result>) => work() };
  const stack = await openLocalStack({ state: directory, venv: venvDirectory, port: 0, terminal });
  const { apiUrl, outboxUrl, outputs, template, stackName } = stack;
  const { url, port, pid, caFile, logFile } = stack.engine;
  project.provide('engine', { url, port, pid, caFile, logFile, directory });
  project.provide('stack', { apiUrl, outboxUrl, outputs, template, stackName });
  return async () => {
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
  };
}
