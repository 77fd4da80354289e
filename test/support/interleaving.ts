/** Runs several use cases against each other, call by call, in an order that a seed decides: the same seed, the same order. */
import { openWorld, type World, type WorldNames } from './vault-world.ts';

/** One party: a use case, or several in a row, over clients of its own. */
export type Party = (world: World, turns: Turns) => Promise<void>;
export type Turns = {
  /** Lets the others make so many calls, or some, as the seed wants; fewer where nobody else can go on. */
  readonly wait: (calls?: number) => Promise<void>;
  /** A number below `limit`, by the seed. */
  readonly random: (limit: number) => number;
};

/** Waits of one party, and then it does not end. */
const mostWaits = 300;
/** How often a party has its turn, beside another: now and then one lags far behind. */
const weights = [1, 1, 3, 9];

/** By `SEED=7 npx vitest ...` one order alone is run again. */
export const seeds = (count: number): number[] => {
  const one = process.env['SEED'];
  return one === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(one)];
};

/** Numbers between 0 and 1 that follow from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Call = { readonly go: () => Promise<void> };
type Member = {
  readonly weight: number;
  readonly calls: Call[];
  /** Set while it lets the others go first: until so many calls were made in all. */
  waiting?: { until: number; resume: () => void };
  waits: number;
  ended: boolean;
};

/**
 * Every AWS call of every party waits at a gate. When each of them stands there, waits for the others, or has ended, the
 * seed says whose call is made; it is answered before the next one is.
 * @throws AggregateError of what the parties failed with
 */
export async function interleave(names: WorldNames, seed: number, parties: Party[]): Promise<void> {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const gate = openGate(below);
  const entered = parties.map((party) => ({ party, ...gate.enter(names) }));
  const work = entered.map(async ({ party, member, wait, world, close }) => {
    try {
      await party(world, { wait, random: below });
    } finally {
      member.ended = true;
      close();
      gate.look();
    }
  });
  const failures = (await Promise.allSettled(work)).flatMap((end) =>
    end.status === 'rejected' ? [end.reason as unknown] : [],
  );
  if (failures.length > 0)
    throw new AggregateError(failures, `seed ${seed}: ${failures.map(String).join('; ')}`);
}

function openGate(below: (limit: number) => number) {
  const members: Member[] = [];
  let made = 0;
  let isBusy = false;

  /** Makes one call, if all that live have come to rest. */
  const look = (): void => {
    const living = members.filter(({ ended }) => !ended);
    if (isBusy || living.some(({ calls, waiting }) => calls.length === 0 && !waiting)) return;
    const ready = living.filter(
      ({ calls, waiting }) => calls.length > 0 || (waiting && waiting.until <= made),
    );
    const [chosen] = choose(ready.length > 0 ? ready : living, below);
    if (!chosen) return;
    const call = chosen.calls.shift();
    if (!call) {
      const { waiting } = chosen;
      delete chosen.waiting;
      waiting?.resume();
      return;
    }
    made += 1;
    isBusy = true;
    void call.go().finally(() => {
      isBusy = false;
      // What the answer sets off comes first: an earlier look would find its party with nothing to do.
      setImmediate(look);
    });
  };

  const enter = (names: WorldNames) => {
    const world = openWorld(names);
    const member: Member = { weight: weights[below(weights.length)] ?? 1, calls: [], waits: 0, ended: false };
    members.push(member);
    const pass = (next: () => Promise<unknown>): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const go = (): Promise<void> => next().then(resolve, reject);
        member.calls.push({ go });
        look();
      });
    const clients = [world.clients.dynamo, world.clients.kms, world.clients.s3] as unknown as GatedClient[];
    for (const client of clients)
      client.middlewareStack.add((next) => (args) => pass(() => next(args)), {
        step: 'initialize',
        name: 'gate',
      });
    const close = (): void => {
      for (const client of clients) client.destroy();
    };
    const wait = (calls = below(15)): Promise<void> => {
      member.waits += 1;
      if (member.waits > mostWaits) throw new Error('waits without end');
      return new Promise((resume) => {
        member.waiting = { until: made + calls, resume };
        look();
      });
    };
    return { member, world, wait, close };
  };
  return { enter, look };
}

function choose(members: readonly Member[], below: (limit: number) => number): Member[] {
  let left = below(members.reduce((sum, { weight }) => sum + weight, 0));
  return members.filter(({ weight }) => {
    const isIt = left >= 0 && left < weight;
    left -= weight;
    return isIt;
  });
}

type Next = (args: unknown) => Promise<unknown>;
type GatedClient = {
  readonly destroy: () => void;
  readonly middlewareStack: {
    add: (middleware: (next: Next) => Next, options: { step: 'initialize'; name: string }) => void;
  };
};
