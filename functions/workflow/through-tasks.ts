import * as z from 'zod';
import type { Task } from '#shared/requests/tasks.ts';
import { attemptInput } from './attempt.ts';

/** Where a run goes on. How far it has come in a profile, the rows of counts say. */
const cursor = z.strictObject({ task: z.number().int().min(0) });
export const roundInput = attemptInput.extend({ cursor: cursor.optional() });

/** What the rest of a round needs when its pages are done with, with room to spare. Milliseconds. */
const reserve = 60_000;

/**
 * Works through the tasks of a plan from a cursor on, until all are done or the function's time is nearly over.
 * @param work does one run of a task; tells whether the task is done with
 * @returns the cursor of the next round, or nothing
 */
export async function throughTasks(
  tasks: readonly Task[],
  { from = { task: 0 }, remaining }: { from?: z.output<typeof cursor> | undefined; remaining: () => number },
  work: (task: Task, mayGoOn: () => boolean) => Promise<{ done: boolean }>,
): Promise<{ cursor?: z.output<typeof cursor> }> {
  const mayGoOn = (): boolean => remaining() > reserve;
  for (let index = from.task; index < tasks.length;) {
    const task = tasks[index];
    if (task && (await work(task, mayGoOn)).done) index += 1;
    if (index < tasks.length && !mayGoOn()) return { cursor: { task: index } };
  }
  return {};
}
