import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readBundles } from '#shared/requests/bundles.ts';
import { AttemptSuperseded, readRequest } from '#shared/requests/request-store.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { armCrash, Crashed, type Crash } from '#test/support/crash.ts';
import { readZip } from '#test/support/zip.ts';
import { runExport, seedProfile, startedRequest, type Sizes } from '#test/support/export-work.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

// Two pages of two, each in a run of its own, in two bundles: every way of the workflow in as few calls as it takes.
const sizes: Sizes = { pageSize: 2, pagesPerRun: 1, bundleBytes: 1_100 };
const controllerId = uuid();
let names: WorldNames;
/** The world of everything but the doomed runs, which get clients of their own. */
let steady: World;
let profileId: string;
let calls = 0;
let expected: unknown;

/** What an export leaves behind, without what differs between two requests (ids, times). */
async function outcomeOf(requestId: string): Promise<unknown> {
  const world = steady;
  const request = await readRequest(world, requestId);
  const chain = await readChain(world.ledger, `R#${requestId}`);
  const bundles = await readBundles(world.requests, requestId);
  const contents = await Promise.all(
    bundles.map(async ({ key }) => {
      const { Body } = await world.bundles.s3.send(new GetObjectCommand({ Bucket: names.bundles, Key: key }));
      const files = await readZip(Buffer.from((await Body?.transformToByteArray()) ?? []));
      return [...files]
        .filter(([name]) => /\/data\/(?!request|index|datapackage)/.test(name))
        .map(([name, bytes]) => [
          name.slice(name.indexOf('/')),
          createHash('sha256').update(bytes.toString('utf8').replaceAll(requestId, 'ID')).digest('hex'),
        ]);
    }),
  );
  const messages = await queryAll(world.requests, `R#${requestId}`, 'MSG#');
  return {
    state: request?.state,
    openTasks: request?.openTasks,
    bundles: request?.bundles,
    chainBreak: findBreak(chain),
    events: chain.map(({ type }) => type),
    tasks: (await readTasks(world.requests, requestId, 1)).map(({ state }) => state),
    messages: messages.map((item) => item['kind']),
    contents,
  };
}

/** Stops the work at its n-th call, does all of it again as a retry does, and tells what is left. */
async function outcomeAfterCrash(doomed: Doomed, n: number, moment: 'before' | 'after'): Promise<unknown> {
  const requestId = await startedRequest(steady, controllerId, profileId);
  doomed.crash.at(n, moment);
  await expect(runExport(doomed.world, requestId, sizes)).rejects.toThrow(Crashed);
  try {
    await runExport(steady, requestId, sizes);
  } catch (error) {
    // All was done before the crash: the machine ends in `Superseded`.
    if (!(error instanceof AttemptSuperseded)) throw error;
  }
  return outcomeOf(requestId);
}

type Doomed = { world: World; crash: Crash };
function makeDoomed(): Doomed {
  const world = openWorld(names);
  return { world, crash: armCrash(world) };
}

beforeAll(async () => {
  names = await makeWorld();
  steady = openWorld(names);
  profileId = await seedProfile(steady, controllerId, 3);
  const requestId = await startedRequest(steady, controllerId, profileId);
  const { world, crash } = makeDoomed();
  await runExport(world, requestId, sizes);
  calls = crash.calls();
  expected = await outcomeOf(requestId);
});

describe('an export that crashes and is started again', () => {
  it('ends fulfilled when nothing crashes', () => {
    expect(calls).toBeGreaterThan(30);
    expect(expected).toMatchObject({
      state: 'fulfilled',
      bundles: 2,
      openTasks: 0,
      chainBreak: undefined,
      tasks: ['done'],
    });
  });

  it.each(['before', 'after'] as const)(
    'G02 A8: leaves the same one outcome when it stops %s any of its calls',
    async (moment) => {
      const differing: unknown[] = [];
      const points = Array.from({ length: calls }, (_, index) => index + 1);
      // A few at a time: each has a request of its own.
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          const doomed = makeDoomed();
          for (let n = points.shift(); n !== undefined; n = points.shift()) {
            const outcome = await outcomeAfterCrash(doomed, n, moment);
            if (!isDeepStrictEqual(outcome, expected)) differing.push({ n, outcome });
          }
        }),
      );
      expect(differing).toEqual([]);
    },
  );
});
