import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded } from '#shared/requests/request-store.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { armCrash, Crashed } from '#test/support/crash.ts';
import {
  at,
  email,
  knownProfile,
  link,
  now,
  phone,
  profileOf,
  startErasure,
  store,
  type Known,
} from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { callFunction, type CallFunction } from '#test/support/export-work.ts';
import { openExecutions } from '#test/support/executions.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

type Case = {
  readonly requestId: string;
  readonly address: Known;
  readonly strip: string;
  readonly plain: string;
};

/** An erasure of two profiles without a second factor, proven by address alone. */
async function makeCase({ level = 1 }: { level?: 1 | 2 } = {}): Promise<Case> {
  const address = email();
  const scope = [uuid(), uuid()];
  const [strip = '', plain = ''] = await Promise.all(
    scope.map((controllerId) => knownProfile(world, [address], { controllerId })),
  );
  for (const profileId of [strip, plain]) await store(world, profileId, 'account');
  return { requestId: await startErasure(world, address, { scope, level }), address, strip, plain };
}

type Means = (profileId: string) => Promise<void>;
const means: Record<string, Means> = {
  credential: (profileId) => store(world, profileId, 'credential'),
  'security-question': (profileId) => store(world, profileId, 'security-question'),
  'phone number': (profileId) => link(world, profileId, phone()),
};
/** What its site sends when all is planned, and nothing is taken yet. */
const sending =
  (profileId: string, come: Means): CallFunction =>
  async (step, work) => {
    const answer = await callFunction(step, work);
    if (step === 'Plan') await come(profileId);
    return answer;
  };
const run = { pageSize: 2, now: () => now };
const rowsOf = async (profileId: string) => [
  await queryAll(world.records, `P#${profileId}`),
  await queryAll(world.vault.keys, `P#${profileId}`),
];

/** What became of both profiles and the request, without ids and times. */
async function outcomeOf({ requestId, strip, plain, address }: Case) {
  const profile = await profileOf(world, strip);
  return {
    end: await endOf(world, requestId),
    plain: await restOf(world, plain, [address]),
    strip: {
      ...{ state: profile.state, epoch: profile.epoch, erasingBy: profile.erasingBy },
      ...{ restrictedBy: profile.restrictedBy, preserved: profile.preserved },
      rows: (await rowsOf(strip)).map((rows) => rows.length),
    },
  };
}
const withheldEvents = async ({ requestId, strip }: Case) =>
  (await readChain(world.ledger, `R#${requestId}`)).filter(
    ({ type, facts }) => type === 'withheld' && facts['profileId'] === strip,
  );

describe('A1: what signs a person in and was stored between the plan and the profile’s turn', () => {
  it.each(Object.keys(means))(
    'a %s: the profile is given back whole, and the rest is erased',
    async (what) => {
      const one = await makeCase();
      let before: unknown;
      const call = sending(one.strip, async (profileId) => {
        await means[what]?.(profileId);
        before = await rowsOf(profileId);
      });

      await runErasure(world, one.requestId, { ...run, call });

      expect(await rowsOf(one.strip)).toEqual(before);
      const { end, plain, strip } = await outcomeOf(one);
      expect(strip).toMatchObject({ state: 'open', epoch: 1, rows: [expect.any(Number), 2] });
      expect([strip.erasingBy, strip.restrictedBy, strip.preserved]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(plain).toMatchObject({ state: 'erased' });
      expect(end).toMatchObject({
        ...{ state: 'partly-fulfilled', withheld: ['needs-level-2'], receipts: 1, chainBreak: undefined },
      });
      expect(end.places.map(({ outcome }) => outcome).toSorted()).toEqual(['erased', 'withheld']);
      expect(end.messages).toContain('partly-erased');
      expect(await withheldEvents(one)).toHaveLength(1);
      const tombstones = await queryAll(world.requests, `R#${one.requestId}`, 'TOMBSTONE#');
      expect(tombstones.map(({ profileId }) => profileId)).toEqual([one.plain]);
      // Its site goes on.
      await store(world, one.strip, 'support-case');
    },
  );

  it('goes with the rest where the proof is of level 2', async () => {
    const one = await makeCase({ level: 2 });

    await runErasure(world, one.requestId, {
      ...run,
      call: sending(one.strip, (id) => store(world, id, 'credential')),
    });

    expect(await profileOf(world, one.strip)).toMatchObject({ state: 'erased' });
    expect(await endOf(world, one.requestId)).toMatchObject({ state: 'fulfilled', withheld: [] });
  });

  it('is left alone by the next attempt as well', async () => {
    const one = await makeCase();
    const site = sending(one.strip, (id) => store(world, id, 'credential'));
    const call: CallFunction = async (step, work) => {
      const answer = await site(step, work);
      if (step === 'Erase') throw new Crashed();
      return answer;
    };
    await expect(runErasure(world, one.requestId, { ...run, call })).rejects.toThrow(Crashed);
    await recordFailure(world, one.requestId, { attempt: 1, failed: 'States.Timeout', now: at });

    const attempt = await redriveRequest(world, openExecutions().machines, one.requestId, now);
    await runErasure(world, one.requestId, { ...run, attempt });

    const { end, strip } = await outcomeOf(one);
    expect(strip).toMatchObject({ state: 'open', epoch: 1 });
    expect(strip.restrictedBy).toBeUndefined();
    expect(end).toMatchObject({ state: 'partly-fulfilled', withheld: ['needs-level-2'], receipts: 1 });
  });

  it(
    'G02: comes to the same end when the work stops before or after any of its calls',
    { timeout: 300_000 },
    async () => {
      /** A world of its own whose calls can be made to fail; what its site sends comes by another. */
      const doomed = () => {
        const own = openWorld(names);
        return { own, crash: armCrash(own) };
      };
      const first = await makeCase();
      const { own, crash } = doomed();
      const call = (one: Case) => sending(one.strip, (id) => store(world, id, 'credential'));
      await runErasure(own, first.requestId, { ...run, call: call(first) });
      const points = [...crash.writes()];
      const expected = await outcomeOf(first);
      expect(points.length).toBeGreaterThan(30);
      const differing: unknown[] = [];
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          const { own: mine, crash: armed } = doomed();
          for (let n = points.shift(); n !== undefined; n = points.shift()) {
            const one = await makeCase();
            let hasCome = false;
            const once = sending(one.strip, async (id) => {
              if (!hasCome) await store(world, id, 'credential');
              hasCome = true;
            });
            armed.at(n, 'after');
            await expect(runErasure(mine, one.requestId, { ...run, call: once })).rejects.toThrow(Crashed);
            try {
              await runErasure(world, one.requestId, { ...run, call: once });
            } catch (error) {
              if (!(error instanceof AttemptSuperseded)) throw error;
            }
            const outcome = await outcomeOf(one);
            if (!isDeepStrictEqual(outcome, expected)) differing.push({ n, outcome });
          }
        }),
      );
      expect(differing).toEqual([]);
    },
  );
});
