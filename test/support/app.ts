/** Vitest global setup: an AWS engine with the deployed app, front door and outbox, once for the run. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { openLocalStack, type LocalStack } from '#infra/local/local-stack.ts';
import { makeRunDirectory, venvDirectory } from '#test/support/engine.ts';

export type TestStack = Pick<LocalStack, 'apiUrl' | 'outboxUrl' | 'outputs' | 'template' | 'stackName'>;

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface can be merged
  export interface ProvidedContext {
    stack: TestStack;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
