import { setTimeout as delay } from 'node:timers/promises';
import { PlayFailure } from './failure.ts';

const pollMs = 300;

/**
 * Asks until there is an answer.
 * @param what ends the sentence "... did not come in time"
 * @throws PlayFailure after the deadline
 */
export async function waitFor<Result>(
  what: string,
  deadlineMs: number,
  ask: () => Promise<Result | undefined>,
): Promise<Result> {
  const deadline = performance.now() + deadlineMs;
  while (performance.now() < deadline) {
    const found = await ask();
    if (found !== undefined) return found;
    await delay(pollMs);
  }
  throw new PlayFailure(`${what} did not come in ${deadlineMs / 1000} s.`);
}
