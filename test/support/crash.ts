/** Stops a run of a use case at its n-th AWS call, as a crash does: from there on the process calls nothing any more. */
import type { World } from './vault-world.ts';

export class Crashed extends Error {
  override readonly name = 'Crashed';
}
type Moment = 'before' | 'after';

export type Crash = {
  /** Calls since the last `at`. */
  readonly calls: () => number;
  /** Numbers of those of them that change what is stored. */
  readonly writes: () => readonly number[];
  /**
   * From now on, call `n` is stopped before it is sent, or after its answer came but before the caller learns it; every
   * later call fails too. Without `n` calls are only counted.
   */
  readonly at: (n?: number, moment?: Moment) => void;
};

/** Puts a crash into the clients of a world; they keep their connections from one crash to the next. */
export function armCrash({ clients }: World): Crash {
  let state: { calls: number; writes: number[]; dead: boolean; n: number | undefined; moment: Moment };
  const at: Crash['at'] = (n, moment = 'before') => {
    state = { calls: 0, writes: [], dead: false, n, moment };
  };
  at();
  const arm = (client: ArmedClient): void => {
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const mine = state;
          if (mine.dead) throw new Crashed();
          mine.calls += 1;
          if (!readOnly.test(commandName)) mine.writes.push(mine.calls);
          const isLast = mine.calls === mine.n;
          mine.dead = isLast;
          if (isLast && mine.moment === 'before') throw new Crashed();
          const answer = await next(args);
          if (isLast) throw new Crashed();
          return answer;
        },
      { step: 'initialize', name: 'crash' },
    );
  };
  for (const client of [clients.dynamo, clients.kms, clients.s3]) arm(client as unknown as ArmedClient);
  return { calls: () => state.calls, writes: () => state.writes, at };
}

/** KMS keeps nothing of what it is asked. */
const readOnly = /^(?:Get|BatchGet|Query|List|Describe|Decrypt|GenerateMac|VerifyMac|Sign)/;

type Next = (args: unknown) => Promise<unknown>;
type Context = { commandName: string };
type ArmedClient = {
  middlewareStack: {
    add: (
      middleware: (next: Next, context: Context) => Next,
      options: { step: 'initialize'; name: string },
    ) => void;
  };
};
