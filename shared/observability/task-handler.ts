import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { openLog, type Log } from './log.ts';

/** Thrown when a function is called with input that is not of its form; names the fields, never their values. */
export class TaskInputInvalid extends Error {
  override readonly name = 'TaskInputInvalid';
}

export type TaskContext = {
  readonly log: Log;
  readonly now: Date;
  /** Milliseconds until the function is stopped. */
  readonly remaining: () => number;
};

/**
 * The handler of a function that is not called over HTTP: its input is parsed, a failure is logged by name and thrown
 * on, so that whoever called (Step Functions, SQS, another function) sees the error's own `name`.
 */
export function createTask<Input, Output>(
  service: string,
  input: z.ZodType<Input>,
  work: (input: Input, context: TaskContext) => Promise<Output>,
): (event: unknown, context: Context) => Promise<Output> {
  const log = openLog(service);
  const handler = middy<unknown, Output>()
    .use({
      before: ({ context }: { context: Context }) => {
        log.addContext(context);
      },
      onError: ({ error }) => {
        log.error('task-failed', error);
      },
    })
    .handler(async (event: unknown, context: Context) => {
      const parsed = input.safeParse(event);
      if (!parsed.success) {
        const paths = parsed.error.issues.map((issue) => issue.path.join('.'));
        throw new TaskInputInvalid(`input of ${service} is wrong at ${paths.join(', ')}`);
      }
      return work(parsed.data, { log, now: new Date(), remaining: () => context.getRemainingTimeInMillis() });
    });
  return handler;
}
