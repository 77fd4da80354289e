import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataMap } from '#shared/data-map/data-map.ts';
import { Problem } from '#shared/http/problem.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { isOpen } from '#shared/requests/states.ts';
import { HoldRefused, liftHold, placeHold } from '#shared/retention/holds.ts';
import { releaseHeld } from '#shared/retention/release-held.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import {
  at,
  hashOf,
  knownProfile,
  later,
  link,
  phone,
  profileOf,
  store,
} from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { callFunction } from '#test/support/export-work.ts';
import { watchFunctions } from '#test/support/functions-at-work.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { besideOthers, eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
import {
  makeWorld,
  openTestProfile,
  openWorld,
  type World,
  type WorldNames,
} from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
beforeAll(async () => {
  names = await makeWorld();
  world = openWorld(names);
});

const fulfilled = { state: 'fulfilled', chainBreak: undefined, receipts: 1, tellsOfReceipt: true };
const consentStays = 'consent 1 0 1 0 data-map';
const nothingLeft = {
  ...{ state: 'erased', isRestricted: false, keys: ['ordinary destroyed', 'retained live'] },
  ...{ records: ['consent retained'], closed: 0, rows: ['META'], index: ['retained'], objects: 0 },
};
/** Nothing else is done at the gate than to erase. */
const erasing =
  (requestId: string): Party =>
  (own, turns) =>
    runErasure(own, requestId, besideOthers(turns, callFunction));

describe('race 4: two erasures of the same two profiles', () => {
  it.concurrent.each(seeds(20))('both end, and erase each profile once (seed %i)', async (seed) => {
    const one = await makeScene(world);
    const two = await makeScene(world, { address: one.address });
    const requests = [await eraseScenes(world, [one, two]), await eraseScenes(world, [one, two])];
    const watch = watchFunctions();
    const parties = requests.map(
      (requestId): Party =>
        (own, turns) =>
          runErasure(own, requestId, besideOthers(turns, watch(turns))),
    );

    await interleave(names, seed, parties);

    const ends = await Promise.all(requests.map((requestId) => endOf(world, requestId)));
    for (const end of ends) {
      expect(end).toMatchObject(fulfilled);
      // Where the other one had taken both profiles before, it had told their person.
      expect([['erased'], ['erased', 'erasure-notice']]).toContainEqual(end.messages);
    }
    const places = ends.flatMap((end) => end.places);
    const erased = { outcome: 'erased', datasets: [consentStays, 'support-case 1 1 0 0'] };
    const before = { outcome: 'already-erased', datasets: [consentStays] };
    expect(places.toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))).toEqual([
      before,
      before,
      erased,
      erased,
    ]);
    for (const { profileId, address } of [one, two])
      expect(await restOf(world, profileId, [address])).toEqual(nothingLeft);
  });
});

/** What became of a site's calls beside an erasure. */
type Heard = { stored: number; reads: number; refused: string[]; reopened?: string };

/** Sends, consents and reads without end, as sites do; takes the user on again once the data is erased. */
const siteOf =
  ({ profileId, address }: Scene, added: HashedIdentifier, heard: Heard): Party =>
  async (own, turns) => {
    const calls = [
      (profile: Profile) => sendRecord(own, profile, at, [added], heard),
      (profile: Profile) => consentTo(own, profile, at, [added]),
      async (profile: Profile) => {
        const read = {
          siteId: profile.siteId,
          dataset: 'support-case',
          purpose: 'support',
          readId: uuid(),
          at,
        };
        if ((await recordRead(own, profile, read)) === 'recorded') heard.reads += 1;
      },
    ];
    for (let n = 0; n < 8; n += 1) {
      const profile = await profileOf(own, profileId);
      const call = calls[turns.random(calls.length)];
      try {
        await call?.(profile);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        heard.refused.push(error.code);
      }
      await turns.wait();
    }
    while ((await readProfile(own.directory, profileId))?.state !== 'erased') await turns.wait();
    const { siteId, controllerId, userHash, registeredAt } = await profileOf(own, profileId);
    const user = { siteId, controllerId, userHash, registeredAt, replaces: profileId };
    heard.reopened = await openTestProfile(own, user);
    const anew = await profileOf(own, heard.reopened);
    const named = [{ kind: 'email', hash: hashOf(address), value: address.value, verified: true } as const];
    await consentTo(own, anew, later(10), named);
    await sendRecord(own, anew, later(10), named, { ...heard, stored: 0 });
  };

async function sendRecord(
  own: World,
  profile: Profile,
  collectedAt: string,
  named: HashedIdentifier[],
  heard: Heard,
): Promise<void> {
  const data = { category: 'question', subject: 'Canary', openedAt: at };
  const record = { index: 0, dataset: dataMap['support-case'], externalId: uuid(), collectedAt, data };
  const call = { named, now: collectedAt, freshId: uuid };
  const sent = await collectRecords(own, profile, [{ ...record, basis: 'contract' }], call);
  const outcome = sent.get(0)?.outcome ?? 'nothing';
  if (outcome === 'stored') heard.stored += 1;
  else heard.refused.push(outcome);
}

const consentTo = (own: World, profile: Profile, said: string, named: HashedIdentifier[]) =>
  collectConsent(
    own,
    profile,
    {
      ...{ consentId: uuid(), decision: 'given', noticeVersion: '1', purposes: ['terms-accepted'] },
      ...{ method: 'form', language: 'en', at: said },
    },
    { named, now: said },
  );

describe('race 3: records, consents and reads that arrive during and after an erasure', () => {
  it.concurrent.each(seeds(20))('are erased with the rest, or not stored (seed %i)', async (seed) => {
    const scene = await makeScene(world);
    const { profileId, address } = scene;
    const requestId = await eraseScenes(world, [scene]);
    const added = phone();
    const heard: Heard = { stored: 0, reads: 0, refused: [] };
    const named = { kind: 'phone', hash: hashOf(added), value: added.value, verified: true } as const;

    await interleave(names, seed, [erasing(requestId), siteOf(scene, named, heard)]);

    const refusals = ['in-erasure', 'erased', 'consent-missing'];
    expect(heard.refused.filter((why) => !refusals.includes(why))).toEqual([]);
    const end = await endOf(world, requestId);
    expect(end).toMatchObject({ ...fulfilled, places: [{ outcome: 'erased' }] });
    const sums = `support-case ${heard.stored + 1} ${heard.stored + 1} 0 0`;
    const reads = heard.reads > 0 ? [`disclosure ${heard.reads} 0 ${heard.reads} 0 data-map`] : [];
    expect(end.places[0]?.datasets.slice(1)).toEqual([...reads, sums]);
    const rest = await restOf(world, profileId, [address, added]);
    expect(rest.records.filter((row) => !/^(consent|disclosure) retained$/.test(row))).toEqual([]);
    expect(rest).toEqual({ ...nothingLeft, records: rest.records });
    expect(await restOf(world, heard.reopened ?? '', [address, added])).toEqual({
      ...{ state: 'open', isRestricted: false, keys: ['ordinary live', 'retained live'], objects: 0 },
      ...{ records: ['consent retained', 'support-case ordinary'], closed: 0, index: ['current'] },
      rows: ['CONSENT', 'ID', 'META'],
    });
  });
});

type Come = { readonly holdId: string; fate: 'refused' | 'placed' | 'lifted' };

/**
 * Places a hold: every other one when what is held was preserved and the keys are about to go, to stay; the others at any
 * time, and most of these are lifted again.
 */
const keeping =
  (profileId: string, seed: number, come: Come): Party =>
  async (own, turns) => {
    const { holdId } = come;
    const now = () => profileOf(world, profileId);
    const isLate = seed % 2 === 0;
    if (!isLate) await turns.wait(turns.random(90));
    while (isLate && (await now()).preserved === undefined) await turns.wait(1);
    if (isLate) await turns.wait(1.5 * seed);
    try {
      const stores = { directory: own.directory, keys: own.vault.keys };
      const hold = { holdId, datasets: ['support-case'], reviewAt: '2028-01-01', placedAt: at };
      await placeHold(stores, profileId, { ...hold, exception: '17(3)(e)' });
    } catch (error) {
      if (!(error instanceof HoldRefused)) throw error;
      come.fate = 'refused';
      return;
    }
    if (isLate || seed % 3 === 0) return;
    while (seed % 5 === 0 && (await now()).state !== 'erased') await turns.wait(1);
    await turns.wait(turns.random(30));
    await liftHold(own, profileId, { holdId, now: at });
    come.fate = 'lifted';
  };

describe('race 5: a hold that is placed and lifted during an erasure', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(20))(
    'keeps its data readable, or comes too late for it (seed %i)',
    async (seed) => {
      const scene = await makeScene(world);
      const { profileId, address } = scene;
      const requestId = await eraseScenes(world, [scene]);
      const come: Come = { holdId: uuid(), fate: 'placed' };
      await interleave(names, seed, [erasing(requestId), keeping(profileId, seed, come)]);

      const end = await endOf(world, requestId);
      const { fate } = come;
      const isKept = end.state === 'partly-fulfilled';
      const caseRow = isKept ? 'support-case 1 0 1 0 hold' : 'support-case 1 1 0 0';
      expect(end).toMatchObject({
        ...{ ...fulfilled, state: end.state, withheld: isKept ? ['under-hold'] : [] },
        places: [{ outcome: 'erased', datasets: [consentStays, caseRow] }],
      });
      if (fate !== 'lifted') expect(isKept).toBe(fate === 'placed');
      const held = isKept ? ['support-case retained'] : [];
      const rows = fate === 'refused' ? ['META'] : ['HOLD', 'META'];
      const rest = { ...nothingLeft, rows, records: ['consent retained', ...held] };
      expect(await restOf(world, profileId, [address])).toEqual(rest);
      if (fate === 'lifted') {
        await releaseHeld(world, { profileId, mayGoOn: () => true });
        expect(await restOf(world, profileId, [address])).toEqual({ ...rest, records: ['consent retained'] });
      }
      came.add(`${fate} ${isKept ? 'kept' : 'erased'}`);
    },
  );

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    expect([...came].toSorted()).toEqual(['lifted erased', 'lifted kept', 'placed kept', 'refused erased']);
  });
});

const phases = ['started', 'announced', 'planned', 'erased'] as const;
const isOpenStill = async (requestId: string) => isOpen((await requireRequest(world, requestId)).state);
/** How far an erasure of this profile has come. */
async function phaseOf(requestId: string, { profileId }: Scene): Promise<(typeof phases)[number]> {
  const { coolingOffUntil, plannedAt } = await requireRequest(world, requestId);
  if ((await profileOf(world, profileId)).state === 'erased') return 'erased';
  if (plannedAt !== undefined) return 'planned';
  return coolingOffUntil === undefined ? 'started' : 'announced';
}

describe('race 7: what comes into reach after the request', () => {
  const came = new Set<string>();
  it.concurrent.each(seeds(20))('stays out of its plan, whole (seed %i)', async (seed) => {
    const scene = await makeScene(world);
    const elsewhere = uuid();
    const requestId = await eraseScenes(world, [scene, { ...scene, controllerId: elsewhere }]);
    // Some were on record before, and the address is linked with them now.
    let newcomer = seed % 8 < 4 ? await knownProfile(world, [], { controllerId: elsewhere }) : undefined;
    if (newcomer !== undefined) await store(world, newcomer, 'support-case');
    const site: Party = async (own, turns) => {
      const known = newcomer;
      const when = phases[seed % phases.length];
      while ((await phaseOf(requestId, scene)) !== when && (await isOpenStill(requestId)))
        await turns.wait(1);
      if (when !== 'started') await turns.wait(turns.random(12));
      newcomer ??= await knownProfile(own, [], { controllerId: elsewhere });
      await link(own, newcomer, { ...scene.address, linked: -1 / 86_400 });
      came.add(
        `${known === undefined ? 'first recorded' : 'linked'} when ${await phaseOf(requestId, scene)}`,
      );
      if (known === undefined) await store(own, newcomer, 'support-case');
    };
    const execution: Party = async (own, turns) => {
      await turns.wait(turns.random(60));
      await erasing(requestId)(own, turns);
    };

    await interleave(names, seed, [execution, site]);

    expect(await endOf(world, requestId)).toMatchObject({ ...fulfilled, places: [{ outcome: 'erased' }] });
    expect(await restOf(world, newcomer ?? '', [scene.address])).toMatchObject({
      ...{ state: 'open', isRestricted: false, records: ['consent retained', 'support-case ordinary'] },
      index: ['current'],
    });
    expect(await restOf(world, scene.profileId, [scene.address])).toEqual(nothingLeft);
  });

  it.skipIf(process.env['SEED'] !== undefined)('came at every time there is', () => {
    const all = ['first recorded', 'linked'].flatMap((what) =>
      phases.map((phase) => `${what} when ${phase}`),
    );
    expect(all.filter((one) => !came.has(one))).toEqual([]);
  });
});
