import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { startEngine, type Engine } from '#infra/local/engine.ts';
import { ensureVenv } from '#infra/local/venv.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { venvDirectory } from '#test/support/engine.ts';
import { now } from '#test/support/erasure-request.ts';
import { runErasure, type ErasureRun } from '#test/support/erasure-work.ts';
import type { CallFunction } from '#test/support/export-work.ts';
import { eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

/** Pages of one: several calls of each step, so that there is a middle. */
const run: ErasureRun = { pageSize: 1, now: () => now };
const steps = ['Announce', 'Plan', 'Preserve', 'Destroy', 'Erase', 'Scan', 'Sign', 'Conclude'] as const;
const { directory } = inject('engine');
const place = (name: string): string => path.join(directory, name);
let engine: Engine;
let names: WorldNames;
let world: World;
let expected: Awaited<ReturnType<typeof outcomeOf>>;
type Case = { readonly scenes: Scene[]; readonly requestId: string };

/** An engine of this file's own; clients that are made from here on call it, and trust its certificate. */
async function start(): Promise<void> {
  const python = await ensureVenv(venvDirectory, process.env);
  engine = await startEngine(place('restarted'), python, place('restarted.log'), place('restarted-state'));
  vi.stubEnv('AWS_ENDPOINT_URL', engine.url);
  // Each has its own, all under one name: beside another one it would not be found.
  tls.setDefaultCACertificates([readFileSync(engine.caFile, 'utf8')]);
}
async function startAgain(): Promise<void> {
  await start();
  world = openWorld(names);
}

beforeAll(async () => {
  await start();
  names = await makeWorld();
  world = openWorld(names);
  const one = await makeCase();
  await runErasure(world, one.requestId, run);
  expected = await outcomeOf(one);
});
afterAll(async () => {
  await engine.stop();
  vi.unstubAllEnvs();
});

async function makeCase(): Promise<Case> {
  const first = await makeScene(world, { datasets: ['account', 'support-case', 'credential'] });
  const second = await makeScene(world, { datasets: ['account'], address: first.address });
  return { scenes: [first, second], requestId: await eraseScenes(world, [first, second]) };
}
async function outcomeOf({ scenes, requestId }: Case) {
  const rest = scenes.map(({ profileId, address }) => restOf(world, profileId, [address]));
  return { end: await endOf(world, requestId), rest: await Promise.all(rest) };
}

/** Stops the engine while a step works: no call after that is answered. */
async function runUntilStopped(requestId: string, wanted: string): Promise<void> {
  let isStopped = false;
  const call: CallFunction = async (step, work) => {
    if (step !== wanted || isStopped) return work();
    isStopped = true;
    const [done] = await Promise.all([work(), engine.stop()]);
    return done;
  };
  await runErasure(world, requestId, { ...run, call }).catch(() => undefined);
  expect(isStopped).toBe(true);
  await engine.stop();
}

describe('G02: an erasure during which the engine is stopped and started again', () => {
  it('ends with one receipt when it is not', () => {
    expect(expected.end).toMatchObject({ receipts: 1, tellsOfReceipt: true, chainBreak: undefined });
    for (const one of expected.rest)
      expect(one).toMatchObject({ state: 'erased', closed: 0, objects: 0, isRestricted: false });
  });

  it.each(steps)('ends the same when that is in the middle of the step %s', async (step) => {
    const one = await makeCase();
    await runUntilStopped(one.requestId, step);
    await startAgain();

    await runErasure(world, one.requestId, run).catch((error: unknown) => {
      // All was done before: the machine ends in `Superseded`.
      expect(error).toMatchObject({ name: 'AttemptSuperseded' });
    });

    expect(await outcomeOf(one)).toEqual(expected);
  });
});
