import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { liftHold, placeHold, readHolds, type Hold } from '#shared/retention/holds.ts';
import { withSmallPages } from '#test/support/engine-table.ts';
import { startCollecting, type Collecting } from '#test/support/collecting.ts';
import { erasureOf } from '#test/support/vault-erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;
const placedAt = '2027-06-15T12:00:00.000Z';
const now = '2027-06-16T12:00:00.000Z';
const hold = (change: Partial<Hold> = {}): Hold => ({
  ...{ holdId: uuid(), datasets: ['device'], exception: '17(3)(e)', reviewAt: '2028-01-01', placedAt },
  ...change,
});

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  site = await startCollecting(names);
});
const stores = () => ({ directory: site.world.directory, keys: site.world.vault.keys });
const place = (one: Hold) => placeHold(stores(), site.profile.profileId, one);
const lift = (holdId: string) => liftHold(stores(), site.profile.profileId, { holdId, now });
const epoch = async () => (await readProfile(site.world.directory, site.profile.profileId))?.holdEpoch;
const holds = () => readHolds(site.world.directory, site.profile.profileId);

describe('race 5: a hold', () => {
  it('counts when it is placed and when it is lifted, each once however often it is said', async () => {
    const one = hold();
    await place(one);
    await place(one);
    expect(await epoch()).toBe(1);
    expect(await holds()).toEqual([one]);

    await lift(one.holdId);
    await lift(one.holdId);
    expect(await epoch()).toBe(2);
    expect(await holds()).toEqual([{ ...one, liftedAt: now }]);
  });

  it('of ten at once each counts', async () => {
    const ten = Array.from({ length: 10 }, () => hold());

    await Promise.all(ten.map(place));

    expect(await epoch()).toBe(10);
    expect(await readHolds(withSmallPages(site.world.directory), site.profile.profileId)).toHaveLength(10);
  });

  it('is placed while an erasure is at work, and refused once the key is destroyed', async () => {
    const erasure = erasureOf(site.world, site.profile.profileId);
    await erasure.take();
    await place(hold());
    await erasure.preserve();
    await erasure.destroy();

    await expect(place(hold())).rejects.toMatchObject({ name: 'HoldRefused' });

    expect(await holds()).toHaveLength(1);
    expect(await epoch()).toBe(1);
  });

  it('is lifted after an erasure too', async () => {
    const one = hold();
    await place(one);
    await erasureOf(site.world, site.profile.profileId).all();

    await lift(one.holdId);

    expect(await holds()).toMatchObject([{ liftedAt: now }]);
  });

  it.each([
    { what: 'no dataset', change: { datasets: [] } },
    { what: 'a day that is none', change: { reviewAt: '2028-02-30' } },
    { what: 'no exception of Article 17(3)', change: { exception: '17(1)(a)' as never } },
  ])('A32: with $what is not placed', async ({ change }) => {
    await expect(place(hold(change))).rejects.toThrow();
    expect(await holds()).toEqual([]);
  });

  it('that is not there cannot be lifted, and a profile that is not there takes none', async () => {
    await expect(lift(uuid())).rejects.toMatchObject({ name: 'HoldUnknown' });
    await expect(placeHold(stores(), uuid(), hold())).rejects.toMatchObject({ name: 'HoldRefused' });
  });
});
