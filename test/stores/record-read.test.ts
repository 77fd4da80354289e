import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { readRecordPage } from '#shared/vault/read-records.ts';
import { startCollecting, type Collecting } from '#test/support/collecting.ts';
import { liftRestriction } from '#shared/profiles/restriction.ts';
import { changeProfile, destroyKey, restrictProfile } from '#test/support/erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;
const at = '2027-06-15T12:00:00.000Z';
const record = (readId = uuid()) =>
  recordRead(site.world, site.profile, { siteId: 'site-1', dataset: 'device', purpose: 'login', readId, at });

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  site = await startCollecting(names);
});

describe('P14, A36: a read', () => {
  it('stands among the person’s disclosures: who, what, for what, when', async () => {
    expect(await record()).toBe('recorded');
    expect(await record()).toBe('recorded');

    const read = { profileId: site.profile.profileId, dataset: 'disclosure', readerId: 'r' };
    const page = await readRecordPage(site.world, read);
    const records = page.status === 'open' ? page.value.records : [];
    expect(records).toHaveLength(2);
    expect(records[0]?.data).toMatchObject({
      kind: 'read',
      recipient: 'site-1',
      datasets: ['device'],
      purpose: 'login',
      ground: 'D3',
      at,
    });
  });

  it.each([
    {
      what: 'the profile is being erased',
      take: () => changeProfile(site.world.directory, site.profile.profileId, { state: 'erasing', epoch: 1 }),
    },
    {
      what: 'a request restricts it',
      take: () => restrictProfile(site.world.directory, site.profile.profileId, 'r1'),
    },
  ])('is not recorded, and so not answered, once $what', async ({ take }) => {
    await take();

    expect(await record()).toBe('refused');
  });

  it.each(['ordinary', 'retained'] as const)('A7: is erased once its %s key is destroyed', async (scope) => {
    await destroyKey(site.world.vault.keys, `P#${site.profile.profileId}`, scope);

    expect(await record()).toBe('erased');
  });

  it('G17: is recorded again once the last request that restricted it has let go', async () => {
    const { directory } = site.world;
    const { profileId } = site.profile;
    for (const id of ['r1', 'r2']) await restrictProfile(directory, profileId, id);

    await liftRestriction(directory, profileId, 'r1');
    expect(await record()).toBe('refused');
    await liftRestriction(directory, profileId, 'r2');
    expect(await record()).toBe('recorded');
  });

  it.each(['ordinary', 'retained'] as const)(
    'is not recorded where the %s key goes meanwhile',
    async (scope) => {
      const { keys } = site.world.vault;
      const owner = `P#${site.profile.profileId}` as const;
      const { kms } = site.world.clients;
      kms.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          await destroyKey(keys, owner, scope);
          return answer;
        },
        { step: 'initialize', name: 'destroyMeanwhile' },
      );

      expect(await record()).toBe('refused');
    },
  );
});
