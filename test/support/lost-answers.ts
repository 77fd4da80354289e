/** Calls that are carried out and whose answer is lost on the way (race 9), as a seed decides. */
import { randomOf } from './interleaving.ts';
import type { World } from './vault-world.ts';

/** As a connection that broke: the SDK tries again, and so does a machine. */
class AnswerLost extends Error {
  override readonly name = 'TimeoutError';
}
/** Below the client's own attempts, so that one of them gets through. */
const mostInARow = 2;

/**
 * While it is calm no answer is lost.
 * @param learner who learns of the loss: the SDK, which sends the very same call again, or the code that called
 */
export function loseAnswers(
  { clients }: World,
  seed: number,
  learner: 'sdk' | 'caller',
): { readonly lost: () => number; readonly calm: (isCalm: boolean) => void } {
  const random = randomOf(seed);
  let lost = 0;
  let inARow = 0;
  let isCalm = false;
  const lose: Middleware = (next) => async (args) => {
    const answer = await next(args);
    inARow = !isCalm && inARow < mostInARow && random() < 0.15 ? inARow + 1 : 0;
    if (inARow === 0) return answer;
    lost += 1;
    throw new AnswerLost();
  };
  // Of the two steps one lies outside, the other inside of the SDK's retries.
  const at =
    learner === 'caller'
      ? ({ step: 'initialize' } as const)
      : ({ step: 'finalizeRequest', priority: 'low' } as const);
  for (const client of [clients.dynamo, clients.kms, clients.s3] as unknown as LossyClient[])
    client.middlewareStack.add(lose, { ...at, name: 'lose' });
  return {
    lost: () => lost,
    calm: (next) => {
      isCalm = next;
    },
  };
}

type Next = (args: unknown) => Promise<unknown>;
type Middleware = (next: Next) => Next;
type LossyClient = {
  readonly middlewareStack: {
    add: (
      middleware: Middleware,
      options: { step: 'initialize' | 'finalizeRequest'; priority?: 'low'; name: string },
    ) => void;
  };
};
