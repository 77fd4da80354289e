import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Table } from '#shared/aws/table.ts';
import { lastEndOf, readAccounts } from '#shared/profiles/accounts.ts';
import { wasErased } from '#shared/profiles/before-erasure.ts';
import { openProfile } from '#shared/profiles/open-profile.ts';
import { findProfileOf, readProfile, type SiteUser } from '#shared/profiles/profile-store.ts';
import { takeProfile } from '#shared/retention/take-profile.ts';
import { changeProfile } from '#test/support/erasure.ts';
import { createTable, withSmallPages } from '#test/support/engine-table.ts';

let directory: Table;
let keys: Table;
const at = '2027-06-15T12:00:00.000Z';
const userOf = (change: Partial<SiteUser> = {}): SiteUser & { controllerId: string } => ({
  siteId: 'site-1',
  userHash: uuid(),
  registeredAt: '2026-11-01T09:00:00.000Z',
  controllerId: 'controller-1',
  ...change,
});
const open = (
  user: Parameters<typeof openProfile>[1],
  profileId = uuid(),
  into = directory,
): Promise<string> =>
  openProfile({ directory: into, keys }, user, {
    profileId,
    at,
    ordinary: Buffer.from(`ordinary ${profileId}`),
    retained: Buffer.from(`retained ${profileId}`),
  });
beforeAll(async () => {
  directory = await createTable('directory');
  keys = await createTable('keys');
});

describe('A7, race 3: after an erasure', () => {
  const erasedAt = '2027-07-01T00:00:00.000Z';
  async function openErased(user = userOf()) {
    const profileId = await open(user);
    await changeProfile(directory, profileId, { state: 'erased', epoch: 2, erasedAt });
    return { user, profileId };
  }

  it('a new profile takes the account over, and remembers from when on it may hold anything', async () => {
    const { user, profileId } = await openErased();

    const again = await open({ ...user, replaces: profileId });

    expect(again).not.toBe(profileId);
    expect(await findProfileOf(directory, user)).toMatchObject({
      profileId: again,
      state: 'open',
      notBefore: erasedAt,
    });
    const { siteId, userHash } = user;
    expect(await findProfileOf(directory, { siteId, userHash })).toMatchObject({ profileId: again });
    expect(await readProfile(directory, profileId)).toMatchObject({ state: 'erased', erasedAt });
  });

  it('twenty calls at once open one new profile', async () => {
    const { user, profileId } = await openErased();

    const told = await Promise.all(Array.from({ length: 20 }, () => open({ ...user, replaces: profileId })));

    expect(new Set(told).size).toBe(1);
    expect(told[0]).not.toBe(profileId);
  });

  it('the account is not taken over without naming the erased profile, nor a second time', async () => {
    const { user, profileId } = await openErased();

    expect(await open(user)).toBe(profileId);
    const again = await open({ ...user, replaces: profileId });
    expect(await open({ ...user, replaces: profileId })).toBe(again);
  });

  it.each(['open', 'erasing'] as const)('nothing takes the place of a profile that is %s', async (state) => {
    const user = userOf();
    const profileId = await open(user);
    await changeProfile(directory, profileId, { state, epoch: 1 });

    await expect(open({ ...user, replaces: profileId })).rejects.toMatchObject({ name: 'ProfileNotErased' });
    expect(await findProfileOf(directory, user)).toMatchObject({ profileId });
  });

  it('A35: the erased profile of another account lends nothing', async () => {
    const { profileId } = await openErased();
    const { user: other, profileId: theirs } = await openErased();

    expect(await open({ ...other, replaces: profileId })).toBe(theirs);
  });

  const another = (user: ReturnType<typeof userOf>, registeredAt: string) => ({ ...user, registeredAt });
  it.each(['2025-01-01T00:00:00.000Z', '2026-09-01T00:00:00.000Z', '2027-08-01T00:00:00.000Z'])(
    'another account of the user id, of %s, takes nothing from before the erasure',
    async (registeredAt) => {
      const { user } = await openErased();

      const other = await open(another(user, registeredAt));

      expect(await readProfile(directory, other)).toMatchObject({ state: 'open', notBefore: erasedAt });
    },
  );

  it('A11: one that stood beside it goes on with data of its own, as another person’s', async () => {
    const user = userOf();
    const beside = await open(another(user, '2025-01-01T00:00:00.000Z'));
    await openErased(user);

    const stands = await findProfileOf(directory, another(user, '2025-01-01T00:00:00.000Z'));
    expect(stands).toMatchObject({ profileId: beside, state: 'open' });
    expect(stands && wasErased(stands, at)).toBe(false);
  });

  it('nor where that erasure is still at work, or was of the account before the account', async () => {
    const user = userOf();
    const erasing = await open(user);
    await takeProfile({ directory }, { profileId: erasing, epoch: 1, requestId: 'r1', now: erasedAt });
    const { user: renewed, profileId } = await openErased();
    await open({ ...renewed, replaces: profileId });

    for (const one of [user, renewed]) {
      const other = await open(another(one, '2025-01-01T00:00:00.000Z'));
      expect(await readProfile(directory, other)).toMatchObject({ notBefore: erasedAt });
    }
  });

  it('of several erasures the last one counts, however many accounts there are', async () => {
    const { user } = await openErased();
    for (let n = 1; n <= 5; n += 1) {
      const id = await open(another(user, `2025-01-0${n}T00:00:00.000Z`));
      if (n === 2)
        await changeProfile(directory, id, {
          ...{ state: 'erased', epoch: 2 },
          erasedAt: '2027-07-02T00:00:00.000Z',
        });
    }
    const paged = withSmallPages(directory);

    const accounts = await readAccounts(paged, user);

    expect(accounts).toHaveLength(6);
    expect(paged.queries()).toBeGreaterThan(2);
    expect(lastEndOf(accounts)).toBe('2027-07-02T00:00:00.000Z');
  });

  it('an account of nobody who was erased may hold anything', async () => {
    const { user } = await openErased();
    await open(userOf());

    const elsewhere = await open({ ...user, siteId: 'site-2' });

    expect((await readProfile(directory, elsewhere))?.notBefore).toBeUndefined();
  });

  it('an erasure that ends while the account is opened is seen', async () => {
    const user = userOf();
    const standing = await open(user);
    const client = dynamoClient();
    let isErased = false;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'TransactWriteItemsCommand' && !isErased) {
          isErased = true;
          await changeProfile(directory, standing, { state: 'erased', epoch: 2, erasedAt });
        }
        return next(args);
      },
      { step: 'initialize', name: 'erased meanwhile' },
    );

    const other = await open(
      another(user, '2025-01-01T00:00:00.000Z'),
      undefined,
      openTable(client, directory.name),
    );

    expect(isErased).toBe(true);
    expect(await readProfile(directory, other)).toMatchObject({ notBefore: erasedAt });
  });

  it('A11: a later account is not put back by an earlier one that opens again', async () => {
    const { user, profileId } = await openErased();
    const later = await open({ ...user, registeredAt: '2027-01-01T00:00:00.000Z' });

    await open({ ...user, replaces: profileId });

    const { siteId, userHash } = user;
    expect(await findProfileOf(directory, { siteId, userHash })).toMatchObject({ profileId: later });
  });
});
