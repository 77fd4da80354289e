import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { placeHold } from '#shared/retention/holds.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow } from '#shared/vault/record-store.ts';
import { armCrash, Crashed, type Crash } from '#test/support/crash.ts';
import { fillProfile, whatIsLeft, type Filled } from '#test/support/filled-profile.ts';
import { erasureOf } from '#test/support/vault-erasure.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

// Devices go, a case is under a hold, a consent stays: every way in as few calls as it takes, two a page.
const sizes = { pageSize: 2 };
const now = '2027-07-01T12:00:00.000Z';
let names: WorldNames;
let calls = 0;
let expected: unknown;

type Doomed = { readonly world: World; readonly crash: Crash };
function makeDoomed(): Doomed {
  const world = openWorld(names);
  return { world, crash: armCrash(world) };
}

async function heldProfile(): Promise<Filled> {
  const filled = await fillProfile(names, { devices: 3, cases: 1, invoices: 0, reads: 1 });
  const { directory, vault } = filled.world;
  const why = { exception: '17(3)(e)', reviewAt: '2028-01-01', placedAt: now } as const;
  const hold = { holdId: uuid(), datasets: ['support-case'], ...why };
  await placeHold({ directory, keys: vault.keys }, filled.profileId, hold);
  return filled;
}

/** What an erasure leaves behind and says of it, without what differs between two (ids, versions). */
async function outcomeOf(filled: Filled, requestId: string): Promise<unknown> {
  const { world, profileId, email } = filled;
  const { found, erased, scan } = await erasureOf(world, profileId, { requestId }).counts();
  const profile = await readProfile(world.directory, profileId);
  const cases = (await queryAll(world.records, `P#${profileId}`, 'support-case#')).map(parseRecordRow);
  const held = await withKey(world.vault, `P#${profileId}`, 'retained', ({ key }) =>
    Promise.resolve(cases.map((row) => openPayload(key, profileId, row).data)),
  );
  return {
    left: await whatIsLeft(world, filled),
    ...{ found: found?.datasets, retained: found?.retained, erased: erased?.datasets, scan: scan?.datasets },
    recipients: found?.recipients.map((siteId) => siteId === profile?.siteId),
    done: [found?.done, erased?.done, scan?.done, scan?.leftovers],
    profile: [profile?.state, profile?.epoch, profile?.erasedAt, profile?.emptiedAt, profile?.preserved],
    entries: (await findEntries(world.index, 'email', email.hash)).map(({ status }) => status),
    held,
  };
}

/** Stops the erasure at its n-th call, starts it again as a retry does, and tells what is left. */
async function outcomeAfterCrash(doomed: Doomed, n: number, moment: 'before' | 'after'): Promise<unknown> {
  const filled = await heldProfile();
  const requestId = uuid();
  doomed.crash.at(n, moment);
  const stopped = erasureOf(doomed.world, filled.profileId, { requestId, now, sizes });
  await expect(stopped.all()).rejects.toThrow(Crashed);
  await erasureOf(filled.world, filled.profileId, { requestId, now, sizes }).all();
  return outcomeOf(filled, requestId);
}

beforeAll(async () => {
  names = await makeWorld();
  const filled = await heldProfile();
  const requestId = uuid();
  const { world, crash } = makeDoomed();
  await erasureOf(world, filled.profileId, { requestId, now, sizes }).all();
  calls = crash.calls();
  expected = await outcomeOf(filled, requestId);
});

describe('an erasure that crashes and is started again', () => {
  it('ends with everything gone or kept for a reason, when nothing crashes', () => {
    expect(calls).toBeGreaterThan(40);
    expect(expected).toMatchObject({
      left: {
        records: ['consent', 'disclosure', 'support-case'],
        directory: ['HOLD', 'META', 'REQ'],
        objects: [],
      },
      found: { consent: 1, device: 3, disclosure: 1, 'support-case': 1 },
      ...{ retained: 3, erased: { device: 3 }, recipients: [true] },
      scan: { consent: { retained: 1 }, disclosure: { retained: 1 }, 'support-case': { ground: 'hold' } },
      ...{ done: [true, true, true, {}], entries: ['retained'] },
      held: { status: 'open', value: [{ subject: 'Subject 0' }] },
    });
  });

  it.each(['before', 'after'] as const)(
    'A6 G15: leaves the same and counts the same when it stops %s any of its calls',
    { timeout: 600_000 },
    async (moment) => {
      const differing: unknown[] = [];
      const points = Array.from({ length: calls }, (_, index) => index + 1);
      // A few at a time: each has a profile of its own.
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
