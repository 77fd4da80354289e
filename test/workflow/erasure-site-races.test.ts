import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataMap } from '#shared/data-map/data-map.ts';
import { Problem } from '#shared/http/problem.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { endOf, restOf } from '#test/support/after-erasure.ts';
import { erasing, fulfilled, nothingLeft } from '#test/support/erasure-race.ts';
import { at, hashOf, later, phone, profileOf } from '#test/support/erasure-request.ts';
import { interleave, seeds, type Party } from '#test/support/interleaving.ts';
import { eraseScenes, makeScene, type Scene } from '#test/support/scene.ts';
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
