import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordFailure } from '#shared/requests/conclude.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded } from '#shared/requests/request-store.ts';
import { placeHold } from '#shared/retention/holds.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { armCrash, Crashed, type Crash } from '#test/support/crash.ts';
import { at, now, profileOf } from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { openExecutions } from '#test/support/executions.ts';
import { plantRequest } from '#test/support/filled-profile.ts';
import { normalisedRows } from '#test/support/normalised-rows.ts';
import { eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

/** Pages of two, each in a run of its own: every way of the workflow in as few calls as it takes. */
const run = { pageSize: 2, now: () => now };
let names: WorldNames;
/** The world of everything but the doomed runs, which get clients of their own. */
let steady: World;

type Case = { readonly scene: Scene; readonly requestId: string };

/** A profile with what goes, what the map keeps, what a hold keeps, a recipient, and an export's objects; its erasure. */
async function makeCase(): Promise<Case> {
  const scene = await makeScene(steady, { datasets: ['account', 'support-case'] });
  const { profileId } = scene;
  const { siteId } = await profileOf(steady, profileId);
  const read = { siteId, dataset: 'account', purpose: 'login', readId: uuid(), at };
  await recordRead(steady, await profileOf(steady, profileId), read);
  const stores = { directory: steady.directory, keys: steady.vault.keys };
  const hold = { holdId: uuid(), datasets: ['support-case'], reviewAt: '2028-01-01', placedAt: at };
  await placeHold(stores, profileId, { ...hold, exception: '17(3)(e)' });
  await plantRequest(steady, profileId, uuid());
  return { scene, requestId: await eraseScenes(steady, [scene]) };
}

async function outcomeOf({ scene: { profileId, address }, requestId }: Case) {
  return {
    end: await endOf(steady, requestId),
    rest: await restOf(steady, profileId, [address]),
    rows: await normalisedRows(steady, requestId, profileId),
  };
}

type Doomed = { readonly world: World; readonly crash: Crash };
function makeDoomed(): Doomed {
  const world = openWorld(names);
  return { world, crash: armCrash(world) };
}

/** Stops the work at its n-th call, does all of it again as a retry does, and tells what is left. */
async function outcomeAfterCrash({ world, crash }: Doomed, n: number, moment: 'before' | 'after') {
  const one = await makeCase();
  crash.at(n, moment);
  await expect(runErasure(world, one.requestId, run)).rejects.toThrow(Crashed);
  try {
    await runErasure(steady, one.requestId, run);
  } catch (error) {
    // All was done before the crash: the machine ends in `Superseded`.
    if (!(error instanceof AttemptSuperseded)) throw error;
  }
  return outcomeOf(one);
}

let writes: readonly number[];
let expected: Awaited<ReturnType<typeof outcomeOf>>;
beforeAll(async () => {
  names = await makeWorld();
  steady = openWorld(names);
  const one = await makeCase();
  const { world, crash } = makeDoomed();
  await runErasure(world, one.requestId, run);
  writes = crash.writes();
  expected = await outcomeOf(one);
});

describe('an erasure that crashes and is started again', () => {
  it('ends with one receipt when nothing crashes', () => {
    expect(writes.length).toBeGreaterThan(35);
    expect(expected.end).toMatchObject({
      ...{ state: 'partly-fulfilled', withheld: ['under-hold'], openTasks: 0, chainBreak: undefined },
      ...{ receipts: 1, tellsOfReceipt: true },
      messages: ['erasure-notice', 'partly-erased', 'recipient-told'],
      places: [
        {
          outcome: 'erased',
          datasets: [
            ...['account 1 1 0 0', 'consent 2 0 2 0 data-map', 'disclosure 1 0 1 0 data-map'],
            'support-case 1 0 1 0 hold',
          ],
        },
      ],
    });
    expect(expected.rest).toMatchObject({ state: 'erased', closed: 0, objects: 0, index: ['retained'] });
  });

  // What is stored changes with writes alone: after one of them is before and after every call up to the next.
  it(
    'G02 A6: leaves the same one outcome when it stops before or after any of its calls',
    { timeout: 300_000 },
    async () => {
      const points = [
        { n: 1, moment: 'before' as const },
        ...writes.map((n) => ({ n, moment: 'after' as const })),
      ];
      const differing: unknown[] = [];
      // A few at a time: each has a profile of its own.
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          const doomed = makeDoomed();
          for (let point = points.shift(); point; point = points.shift()) {
            const outcome = await outcomeAfterCrash(doomed, point.n, point.moment);
            if (isDeepStrictEqual(outcome, expected)) continue;
            const rows = outcome.rows.filter((row) => !expected.rows.includes(row));
            differing.push({ point, ...outcome, rows });
          }
        }),
      );
      expect(differing).toEqual([]);
    },
  );

  it.concurrent.each(['Announce', 'Plan', 'Preserve', 'Destroy', 'Erase', 'Scan', 'Sign'])(
    'race 8: is carried to the same end by its next attempt when it fails for good after the step %s',
    async (last) => {
      const one = await makeCase();
      const { requestId } = one;
      const { machines } = openExecutions();
      const failing = runErasure(steady, requestId, {
        ...run,
        call: async (step, work) => {
          const answer = await work();
          if (step === last) throw new Crashed();
          return answer;
        },
      });
      await expect(failing).rejects.toThrow(Crashed);
      await recordFailure(steady, requestId, { attempt: 1, failed: 'States.Timeout', now: at });

      const attempt = await redriveRequest(steady, machines, requestId, now);
      await runErasure(steady, requestId, { ...run, attempt });

      const { end, rest } = await outcomeOf(one);
      expect({ end, rest }).toEqual({ end: { ...expected.end, attempt: 2 }, rest: expected.rest });
    },
  );
});
