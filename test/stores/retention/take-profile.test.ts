import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { takeProfile } from '#shared/retention/take-profile.ts';
import { device, startCollecting, type Collecting } from '#test/support/collecting.ts';
import { erasureOf, type Erasure } from '#test/support/vault-erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;
let mine: Erasure;
let other: Erasure;
const now = '2027-07-01T12:00:00.000Z';

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  site = await startCollecting(names);
  await site.consent('given');
  await site.collect([device(0), device(1), device(2)]);
  const { world, profile } = site;
  mine = erasureOf(world, profile.profileId, { requestId: `mine-${uuid()}`, now });
  other = erasureOf(world, profile.profileId, { requestId: `other-${uuid()}` });
});
const profile = () => readProfile(site.world.directory, site.profile.profileId);

describe('race 4: two erasures of one profile', () => {
  it('one takes it, however often it asks, and the other waits', async () => {
    expect(await mine.take()).toEqual({ state: 'mine' });
    expect(await mine.take()).toEqual({ state: 'mine' });

    await expect(other.take()).rejects.toMatchObject({ name: 'ProfileInErasure' });
    await expect(other.preserve()).rejects.toMatchObject({ name: 'ProfileInErasure' });
    expect(await profile()).toMatchObject({ state: 'erasing', erasingBy: mine.requestId, epoch: 1 });
  });

  it('of ten at once one takes it', async () => {
    const { world } = site;
    const erasures = Array.from({ length: 10 }, () => erasureOf(world, site.profile.profileId));

    const taken = await Promise.allSettled(erasures.map((erasure) => erasure.take()));

    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('the other waits until the last row is gone, and then finds it erased by whom, and when', async () => {
    await mine.take();
    await mine.preserve();
    await mine.destroy();
    await expect(other.take()).rejects.toMatchObject({ name: 'ProfileInErasure' });

    await mine.erase();

    expect(await other.take()).toEqual({ state: 'erased', by: mine.requestId, at: now });
    expect(await mine.take()).toEqual({ state: 'mine' });
  });

  it('a plan of another epoch takes nothing', async () => {
    const { world } = site;
    const taking = { profileId: site.profile.profileId, epoch: 2, requestId: mine.requestId, now };

    await expect(takeProfile(world, taking)).rejects.toMatchObject({ name: 'ProfileInErasure' });
    expect(await profile()).toMatchObject({ state: 'open' });
  });

  it('race 3: from there on nothing is stored, linked or said', async () => {
    await mine.take();

    await expect(site.collect([device(9)])).rejects.toMatchObject({ code: 'in-erasure' });
    await expect(site.consent('withdrawn', ['terms-accepted'])).rejects.toMatchObject({ code: 'in-erasure' });
    expect(await site.held()).toBe(3);
  });

  it('A6: the second erasure sees what the first retained, counts nothing as found, and takes nothing of it', async () => {
    await mine.all();
    await other.take();

    await other.preserve();
    await other.destroy();
    await other.erase();
    await other.scan('already-erased');

    const { found, erased, scan } = await other.counts();
    expect(found).toBeUndefined();
    expect(erased).toBeUndefined();
    expect(scan).toMatchObject({ datasets: { consent: { retained: 1, residual: 0 } }, leftovers: {} });
    expect(await profile()).toMatchObject({ erasedBy: mine.requestId, erasedAt: now, epoch: 2 });
  });
});
