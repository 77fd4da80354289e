import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { readConsents } from '#shared/consent/consent-store.ts';
import { alice, device, minute, startCollecting, type Collecting } from '#test/support/collecting.ts';
import { erasureOf } from '#test/support/vault-erasure.ts';
import { makeWorld, openTestProfile, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;
/** The profile of before, which is erased at minute 20. */
let erased: Collecting;
const erasedAt = minute(20);

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  erased = await startCollecting(names);
  const { world, profile } = erased;
  await erased.consent('given', ['terms-accepted'], { named: [alice] });
  await erased.collect([device(0)]);
  await erasureOf(world, profile.profileId, { now: erasedAt }).all();
  const { siteId, controllerId, userHash, registeredAt, profileId } = profile;
  const user = { siteId, controllerId, userHash, registeredAt, replaces: profileId };
  site = await startCollecting(names, await openTestProfile(world, user));
});

const everything = async ({ world, profile: { profileId } }: Collecting): Promise<unknown[]> => [
  ...(await queryAll(world.records, `P#${profileId}`)),
  ...(await queryAll(world.directory, `P#${profileId}`)).filter(({ sk }) => sk !== 'META'),
];

describe('A7: after an erasure', () => {
  it.each(['given', 'refused', 'withdrawn'] as const)(
    'a decision %s before it is not kept, and links nobody',
    async (decision) => {
      for (const at of [minute(0), erasedAt]) {
        await expect(
          site.consent(decision, ['terms-accepted'], { at, named: [alice] }),
        ).rejects.toMatchObject({
          code: 'erased',
        });
      }
      expect(await everything(site)).toEqual([]);
    },
  );

  it('nothing is kept in the erased profile itself, whenever it was said', async () => {
    const before = await everything(erased);

    const again = await startCollecting(names, erased.profile.profileId);
    await expect(again.consent('given', ['terms-accepted'], { at: minute(30) })).rejects.toMatchObject({
      code: 'erased',
    });
    const later = await again.collect([device(0, { collectedAt: minute(30) })], [alice]);

    expect([...later.values()]).toEqual([{ outcome: 'erased' }]);
    expect(await everything(erased)).toEqual(before);
  });

  it('a consent of later counts, and carries what is collected after the erasure', async () => {
    await site.consent('given', ['terms-accepted'], { at: minute(21), named: [alice] });

    const collected = await site.collect([device(0, { collectedAt: minute(22) })]);

    expect([...collected.values()]).toMatchObject([{ outcome: 'stored' }]);
    expect(await site.identifiers()).toHaveLength(1);
    expect((await readConsents(site.world.directory, site.profile.profileId)).size).toBe(1);
  });

  it('records of before are rejected one by one; a call of them alone links nobody', async () => {
    await site.consent('given', ['terms-accepted'], { at: minute(21) });
    const collected = await site.collect([
      device(0, { collectedAt: minute(1) }),
      device(1, { collectedAt: minute(22) }),
      device(2, { collectedAt: erasedAt }),
    ]);
    const replayed = await site.collect([device(3, { collectedAt: minute(2) })], [alice]);

    expect(collected.get(0)).toEqual({ outcome: 'erased' });
    expect(collected.get(1)).toMatchObject({ outcome: 'stored' });
    expect(collected.get(2)).toEqual({ outcome: 'erased' });
    expect([...replayed.values()]).toEqual([{ outcome: 'erased' }]);
    expect(await site.held()).toBe(1);
    expect(await site.identifiers()).toEqual([]);
  });

  it('the new profile can be erased as well, and the account opens a third time', async () => {
    await site.consent('given', ['terms-accepted'], { at: minute(21) });
    await site.collect([device(0, { collectedAt: minute(22) })]);
    const { world, profile } = site;
    await erasureOf(world, profile.profileId, { requestId: uuid(), now: minute(40) }).all();

    const { siteId, controllerId, userHash, registeredAt, profileId } = profile;
    const third = await startCollecting(
      names,
      await openTestProfile(world, { siteId, controllerId, userHash, registeredAt, replaces: profileId }),
    );

    await expect(third.consent('given', ['terms-accepted'], { at: minute(30) })).rejects.toMatchObject({
      code: 'erased',
    });
    await third.consent('given', ['terms-accepted'], { at: minute(41) });
    expect(await third.held('consent')).toBe(1);
  });
});
