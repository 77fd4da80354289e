import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { effectIdOf, type LedgerEvent } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { reconcile } from '#shared/requests/reconcile.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded, requireRequest } from '#shared/requests/request-store.ts';
import { isOpen } from '#shared/requests/states.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { requireComplete } from '#shared/requests/work-index.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { armCrash, Crashed } from '#test/support/crash.ts';
import { createTable } from '#test/support/engine-table.ts';
import { at, hashOf, later, now } from '#test/support/erasure-request.ts';
import { erasureFunctions, runErasure } from '#test/support/erasure-work.ts';
import { openExecutions, type Executions } from '#test/support/executions.ts';
import type { CallFunction } from '#test/support/export-work.ts';
import { watchFunctions } from '#test/support/functions-at-work.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { loseAnswers } from '#test/support/lost-answers.ts';
import { besideOthers, eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

const erased = { outcome: 'erased', datasets: ['consent 1 0 1 0 data-map', 'support-case 1 1 0 0'] };
const fulfilled = {
  ...{ state: 'fulfilled', openTasks: 0, withheld: [], chainBreak: undefined, repeatedEvents: 0 },
  ...{ messages: ['erased', 'erasure-notice'], tellsOfReceipt: true },
};
async function expectNothingLeft({ profileId, address }: Scene): Promise<void> {
  expect(await restOf(world, profileId, [address])).toEqual({
    ...{ state: 'erased', isRestricted: false, keys: ['ordinary destroyed', 'retained live'] },
    ...{ records: ['consent retained'], closed: 0, rows: ['META'], index: ['retained'], objects: 0 },
  });
}

/** Events that an attempt wrote after the next one had begun. */
async function lateEvents(requestId: string, attempt: number, { profileId }: Scene): Promise<string[]> {
  const chain = await readChain(world.ledger, `R#${requestId}`);
  const begun = chain.findIndex(({ type }) => type === 'redriven');
  const isOfAttempt = ({ type, effectId }: LedgerEvent): boolean =>
    ['', profileId].some((detail) => effectId === effectIdOf(requestId, type, attempt, detail));
  return begun < 0
    ? []
    : chain
        .slice(begun)
        .filter(isOfAttempt)
        .map(({ type }) => type);
}

/** False where another attempt, or the end, came first. */
async function unlessSuperseded(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof AttemptSuperseded || error instanceof TransitionRefused) return false;
    throw error;
  }
}

describe('race 8: a redrive while the old execution still runs', () => {
  const came = new Set<number>();
  it.concurrent.each(seeds(20))('ends once, with what both have done (seed %i)', async (seed) => {
    const scene = await makeScene(world);
    const requestId = await eraseScenes(world, [scene]);
    const watch = watchFunctions();
    const { machines } = openExecutions();
    const run =
      (attempt: number): Party =>
      async (own, turns) => {
        const work = { ...besideOthers(turns, watch(turns)), attempt, pageSize: 1 };
        await unlessSuperseded(() => runErasure(own, requestId, work));
      };
    const operator: Party = async (own, turns) => {
      await turns.wait(7 * seed);
      const failure = { attempt: 1, failed: 'States.Timeout', now: at };
      if (!(await unlessSuperseded(() => recordFailure(own, requestId, failure)))) return;
      await turns.wait();
      await run(await redriveRequest(own, machines, requestId, now))(own, turns);
    };

    await interleave(names, seed, [run(1), operator]);

    const end = await endOf(world, requestId);
    expect(end).toMatchObject({ ...fulfilled, receipts: 1, places: [erased] });
    await expectNothingLeft(scene);
    expect(await lateEvents(requestId, 1, scene)).toEqual([]);
    came.add(end.attempt);
  });

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    expect(came).toContain(2);
  });
});

describe('race 9: lost answers', () => {
  /** As the machine does: of its retries the last one gets through. */
  const retrying =
    ({ calm }: ReturnType<typeof loseAnswers>): CallFunction =>
    async (step, work) => {
      for (let retries = 4; ; retries -= 1) {
        calm(retries === 0);
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'TimeoutError' || retries === 0) throw error;
        }
      }
    };

  it.concurrent.each(seeds(20))('change nothing of how an erasure ends (seed %i)', async (seed) => {
    const scene = await makeScene(world);
    const requestId = await eraseScenes(world, [scene]);
    const own = openWorld(names);
    const losses = loseAnswers(own, seed, seed % 2 === 0 ? 'sdk' : 'caller');

    await runErasure(own, requestId, { call: retrying(losses), now: () => now });

    expect(losses.lost()).toBeGreaterThan(5);
    expect(await endOf(world, requestId)).toMatchObject({ ...fulfilled, receipts: 1, places: [erased] });
    await expectNothingLeft(scene);
  });
});

/** What becomes of the first execution. */
const fates = ['ends', 'dies', 'was never started'] as const;

const executing =
  (requestId: string, fate: (typeof fates)[number], { standing }: Executions): Party =>
  async (own, turns) => {
    const name = `${requestId}-1`;
    if (fate !== 'was never started') standing.set(name, 'RUNNING');
    while (!standing.has(name)) await turns.wait();
    if (fate === 'dies') armCrash(own).at(1 + turns.random(80), 'after');
    try {
      await runErasure(own, requestId, { now: () => now });
      standing.set(name, 'SUCCEEDED');
    } catch (error) {
      if (!(error instanceof Crashed)) throw error;
      standing.set(name, 'ABORTED');
    }
  };

/** The schedule's runs, and an operator who redrives what it puts before a person. */
const reconciling =
  (requestId: string, executions: Executions, found: { started: number; ended: number }): Party =>
  async (own, turns) => {
    const { machines } = executions;
    executions.lag = () => turns.wait();
    for (;;) {
      await turns.wait(10);
      const { started, ended, failures } = await reconcile(own, machines, new Date(later(600)));
      requireComplete(failures);
      found.started += started;
      found.ended += ended;
      const { state } = await requireRequest(own, requestId);
      if (!isOpen(state)) return;
      if (state !== 'needs-attention') continue;
      const attempt = await redriveRequest(own, machines, requestId, now);
      await runErasure(own, requestId, { attempt, now: () => now });
    }
  };

describe('race 10: the reconciler beside an execution', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(21))(
    'starts what was not started, raises what died, and meddles with nothing else (seed %i)',
    async (seed) => {
      const fate = fates[seed % fates.length] ?? 'ends';
      const { name: requests } = await createTable('requests', { work: true });
      const mine = { ...names, tables: { ...names.tables, requests } };
      const own = openWorld(mine);
      const scene = await makeScene(own);
      const requestId = await eraseScenes(own, [scene]);
      const executions = openExecutions();
      const found = { started: 0, ended: 0 };

      await interleave(mine, seed, [
        executing(requestId, fate, executions),
        reconciling(requestId, executions, found),
      ]);

      const end = await endOf(own, requestId);
      const isRaised = fate === 'dies' && end.attempt === 2;
      expect(found).toEqual({ started: fate === 'was never started' ? 1 : 0, ended: isRaised ? 1 : 0 });
      expect(end).toMatchObject({ ...fulfilled, attempt: isRaised ? 2 : 1 });
      const chain = await readChain(own.ledger, `R#${requestId}`);
      expect(chain.filter(({ type }) => type === 'step-failed')).toHaveLength(isRaised ? 1 : 0);
      await expectNothingLeft(scene);
      came.add(`${fate} ${end.attempt}`);
    },
  );

  it.skipIf(process.env['SEED'] !== undefined)('met each fate', () => {
    for (const one of ['ends 1', 'dies 2', 'was never started 1']) expect(came).toContain(one);
  });
});

const steps = ['Announce', 'Plan', 'Preserve', 'Destroy', 'Erase', 'Scan', 'Sign', 'Conclude'] as const;
type Step = (typeof steps)[number];

/** The erasure machine's functions, as its steps call them. */
function functionsOf(own: World, requestId: string, receipt?: string): Record<Step, () => Promise<unknown>> {
  const all = erasureFunctions(own, requestId, { now: () => now });
  const first = { task: 0 };
  return {
    ...{ Announce: all.announce, Plan: all.plan, Destroy: all.destroy, Sign: all.sign },
    ...{ Preserve: () => all.preserve(first), Erase: () => all.erase(first), Scan: () => all.scan(first) },
    Conclude: () => all.conclude(receipt),
  };
}

describe('race 11: what comes late', () => {
  const hasEnded = async (requestId: string) => !isOpen((await requireRequest(world, requestId)).state);
  const everything = async (requestId: string, { profileId, address }: Scene) => [
    ...(await queryAll(world.requests, `R#${requestId}`)),
    ...(await readChain(world.ledger, `R#${requestId}`)),
    ...(await queryAll(world.directory, `P#${profileId}`)),
    ...(await queryAll(world.records, `P#${profileId}`)),
    ...(await queryAll(world.vault.keys, `P#${profileId}`)),
    ...(await findEntries(world.index, address.kind, hashOf(address))),
  ];
  const came = new Set<string>();

  it.concurrent.each(seeds(24))(
    'changes nothing after the end, whichever function it is and wherever it stood (seed %i)',
    async (seed) => {
      const scene = await makeScene(world);
      const requestId = await eraseScenes(world, [scene]);
      const watch = watchFunctions();
      const reached = new Set<string>();
      let receipt: string | undefined;
      let atEnd: unknown[] = [];
      const execution: Party = async (own, turns) => {
        const call: CallFunction = async (step, work) => {
          reached.add(step);
          const answer = await watch(turns)(step, work);
          if (step === 'Sign') receipt = answer as string;
          return answer;
        };
        await runErasure(own, requestId, besideOthers(turns, call));
        atEnd = await everything(requestId, scene);
      };
      /** A step's function once more in the same attempt: its machine believed that the first call was lost. */
      const again =
        (step: Step, when: 'beside' | 'after'): Party =>
        async (own, turns) => {
          while (when === 'beside' && !reached.has(step)) await turns.wait(1);
          while (when === 'after' && !(await hasEnded(requestId))) await turns.wait();
          const begun = await hasEnded(requestId);
          const call = () => watch(turns)(step, async () => functionsOf(own, requestId, receipt)[step]());
          const isDone = await unlessSuperseded(call);
          const ended = await hasEnded(requestId);
          // Its keys are gone: there is nothing to be refused.
          if (begun) expect([step, isDone]).toEqual([step, step === 'Destroy']);
          if (!ended) expect([step, isDone]).toEqual([step, true]);
          came.add(`${step} ${!begun && ended ? 'across the end' : when}`);
        };
      const nth = (n: number) => steps[(seed + n) % steps.length] ?? 'Plan';

      await interleave(names, seed, [
        execution,
        again(nth(0), 'beside'),
        again(nth(3), 'beside'),
        again(nth(5), 'after'),
      ]);

      expect(await everything(requestId, scene)).toEqual(atEnd);
      expect(await endOf(world, requestId)).toMatchObject({ ...fulfilled, receipts: 1, places: [erased] });
      await expectNothingLeft(scene);
    },
  );

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    const all = steps.map((step) => `${step} after`);
    const beside = ['Announce', 'Plan', 'Preserve', 'Destroy', 'Erase', 'Scan'].map(
      (step) => `${step} beside`,
    );
    // The others have ended when the erasure looks again.
    const across = ['Sign across the end', 'Conclude across the end'];
    expect([...all, ...beside, ...across].filter((one) => !came.has(one))).toEqual([]);
  });
});
