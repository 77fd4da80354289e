import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { listObjects } from '#shared/aws/object-prefix.ts';
import { releaseBundle } from '#shared/identity/release-bundle.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded } from '#shared/requests/request-store.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { ResidualFound } from '#shared/retention/scan-places.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { at, now } from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { openExecutions } from '#test/support/executions.ts';
import { runExport } from '#test/support/export-work.ts';
import { watchFunctions } from '#test/support/functions-at-work.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { besideOthers, eraseScenes, exportScene, makeScene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import { readZip } from '#test/support/zip.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

const { machines } = openExecutions();
type Watch = ReturnType<typeof watchFunctions>;
/** What befalls the export beside the erasure. */
const fates = ['nothing', 'stopped', 'failed'] as const;

/** Ends in peace where another attempt, or a stop, has taken over. */
async function unlessSuperseded(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof AttemptSuperseded || error instanceof TransitionRefused) return false;
    throw error;
  }
}

const exporting =
  (requestId: string, watch: Watch, { attempt = 1, beginsAfter = 0 } = {}): Party =>
  async (own, turns) => {
    await turns.wait(beginsAfter);
    const run = { attempt, pageSize: 1, pagesPerRun: 1, now: () => now, call: watch(turns) };
    await unlessSuperseded(() => runExport(own, requestId, run));
  };

/** As the machine does, and where the second look finds what a late function wrote, the operator with the next attempt. */
const erasing =
  (requestId: string, watch: Watch): Party =>
  async (own, turns) => {
    const run = besideOthers(turns, watch(turns));
    try {
      await runErasure(own, requestId, run);
    } catch (error) {
      if (!(error instanceof ResidualFound)) throw error;
      await recordFailure(own, requestId, { attempt: 1, failed: error.name, now: at });
      await runErasure(own, requestId, {
        ...run,
        attempt: await redriveRequest(own, machines, requestId, now),
      });
    }
  };

/** Comes the later the later the export begins, so that some of each fate come before its end and some after. */
const meddling =
  (requestId: string, watch: Watch, { fate, seed }: { fate: (typeof fates)[number]; seed: number }): Party =>
  async (own, turns) => {
    if (fate === 'nothing') return;
    await turns.wait(turns.random(6 * seed));
    if (fate === 'stopped') {
      await unlessSuperseded(() => stopRequest(own, requestId, { event: 'disavowed-at-work', now }));
      return;
    }
    const failure = { attempt: 1, failed: 'States.Timeout', now: at };
    if (!(await unlessSuperseded(() => recordFailure(own, requestId, failure)))) return;
    await turns.wait();
    await redriveRequest(own, machines, requestId, now);
    await exporting(requestId, watch, { attempt: 2 })(own, turns);
  };

/** Asks for links again and again, and opens each at once. */
const reading =
  (requestId: string, opened: string[][]): Party =>
  async (own, turns) => {
    for (let n = 0; n < 25; n += 1) {
      await turns.wait();
      const asked = { requestId, number: 1, linkId: uuid(), now: at };
      const link = await releaseBundle(own, own.key('proof'), asked);
      if (typeof link !== 'string') opened.push(await filesOf(own, link.key));
    }
  };

async function filesOf({ bundles }: World, Key: string): Promise<string[]> {
  try {
    const { Body } = await bundles.s3.send(new GetObjectCommand({ Bucket: bundles.name, Key }));
    return [...(await readZip(Buffer.from((await Body?.transformToByteArray()) ?? []))).keys()];
  } catch (error) {
    if (error instanceof NoSuchKey) return [];
    throw error;
  }
}

const holdsCases = (file: string): boolean => file.endsWith('/support-case.jsonl');

async function objectsOf({ staging, bundles }: World, requestId: string): Promise<string[]> {
  const keys: string[] = [];
  for (const bucket of [staging, bundles])
    for await (const { key } of listObjects(bucket, `${requestId}/`)) keys.push(key);
  return keys;
}

describe('race 6: an export beside an erasure of its profile', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(21))(
    'A8: leaves no bundle and no staged page, and no link to what was erased (seed %i)',
    async (seed) => {
      const scene = await makeScene(world);
      const exportId = await exportScene(world, scene);
      const erasureId = await eraseScenes(world, [scene]);
      const fate = fates[seed % fates.length] ?? 'nothing';
      const watch = watchFunctions();
      const opened: string[][] = [];

      await interleave(names, seed, [
        erasing(erasureId, watch),
        exporting(exportId, watch, { beginsAfter: 7 * (seed - 1) }),
        meddling(exportId, watch, { fate, seed }),
        reading(exportId, opened),
      ]);

      const [exported, erased] = [await endOf(world, exportId), await endOf(world, erasureId)];
      expect(erased).toMatchObject({
        ...{ state: 'fulfilled', chainBreak: undefined, receipts: 1, tellsOfReceipt: true },
        places: [{ outcome: 'erased', datasets: ['consent 1 0 1 0 data-map', 'support-case 1 1 0 0'] }],
      });
      expect(exported.chainBreak).toBeUndefined();
      expect(['fulfilled', 'partly-fulfilled', 'withdrawn']).toContain(exported.state);
      expect(await restOf(world, scene.profileId, [scene.address])).toMatchObject({
        ...{ state: 'erased', records: ['consent retained'], closed: 0, rows: ['META'] },
      });
      // One that began after the end gives out what was retained; of any other what it gave out was whole, and is gone.
      const tasks = await readTasks(world.requests, exportId, exported.attempt);
      const isOfRetained = tasks.some(({ erasedAt }) => erasedAt !== undefined);
      for (const files of opened) if (files.length > 0) expect(files.some(holdsCases)).toBe(!isOfRetained);
      if (!isOfRetained) {
        expect(await objectsOf(world, exportId)).toEqual([]);
        const last = { requestId: exportId, number: 1, linkId: uuid(), now: at };
        expect(['gone', 'not-ready', 'nothing-to-give']).toContain(
          await releaseBundle(world, world.key('proof'), last),
        );
      }
      if (isOfRetained) came.add('of what was retained');
      came.add(`${fate}: ${exported.state}`);
      if (opened.some((files) => files.length > 0)) came.add('opened');
    },
  );

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    const all = [
      'nothing: fulfilled',
      'nothing: partly-fulfilled',
      'failed: fulfilled',
      'stopped: withdrawn',
      'opened',
    ];
    expect(all.filter((one) => !came.has(one))).toEqual([]);
  });

  it('one that begins once the keys are gone leaves that profile out, and nothing that the second look could find', async () => {
    const scene = await makeScene(world);
    const [exportId, erasureId] = [await exportScene(world, scene), await eraseScenes(world, [scene])];
    await runErasure(world, erasureId, {
      now: () => now,
      call: async (step, work) => {
        if (step === 'Let functions end') await runExport(world, exportId, { now: () => now });
        return work();
      },
    });

    expect(await endOf(world, exportId)).toMatchObject({
      ...{ state: 'partly-fulfilled', withheld: ['in-erasure'], openTasks: 0 },
    });
    expect(await endOf(world, erasureId)).toMatchObject({ state: 'fulfilled', receipts: 1 });
    expect(await objectsOf(world, exportId)).toEqual([]);
  });

  it('one that begins after its end gives out what was retained', async () => {
    const scene = await makeScene(world);
    await runErasure(world, await eraseScenes(world, [scene]), { now: () => now });
    const exportId = await exportScene(world, scene);
    await runExport(world, exportId, { now: () => now });

    const link = await releaseBundle(world, world.key('proof'), {
      requestId: exportId,
      number: 1,
      linkId: uuid(),
      now: at,
    });
    const files = typeof link === 'string' ? [] : await filesOf(world, link.key);
    expect(files.some((file) => file.endsWith('/data/consents.json'))).toBe(true);
    expect(files.some(holdsCases)).toBe(false);
  });
});
