import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { openTable, type Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { lastEndOf, readAccounts } from '#shared/profiles/accounts.ts';
import { openProfile } from '#shared/profiles/open-profile.ts';
import { findProfileOf, profileIsOpen, readProfile, type SiteUser } from '#shared/profiles/profile-store.ts';
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
async function everything(table: Table): Promise<Record<string, unknown>[]> {
  return (await table.client.send(new ScanCommand({ TableName: table.name }))).Items ?? [];
}

beforeAll(async () => {
  directory = await createTable('directory');
  keys = await createTable('keys');
});

describe('openProfile', () => {
  it('race 1: twenty first calls at once open one profile, and all are told its id', async () => {
    // Prepare
    const user = userOf();
    const own = (items: Record<string, unknown>[], ids: readonly string[]) =>
      items.filter(({ pk }) => ids.includes(String(pk).slice(2)));
    const ids = Array.from({ length: 20 }, () => uuid());

    // Act
    const told = await Promise.all(ids.map((id) => open(user, id)));

    // Assess
    const [opened = ''] = told;
    expect(new Set(told)).toEqual(new Set([opened]));
    expect(await findProfileOf(directory, user)).toMatchObject({
      profileId: opened,
      state: 'open',
      epoch: 1,
    });
    expect(own(await everything(directory), ids).map(({ pk, sk }) => [pk, sk])).toEqual([
      [`P#${opened}`, 'META'],
    ]);
    expect(own(await everything(keys), ids).map(({ pk, sk }) => [pk, sk])).toEqual([
      [`P#${opened}`, 'ordinary'],
      [`P#${opened}`, 'retained'],
    ]);
  });

  it('A11: another registeredAt is another account, with a profile of its own', async () => {
    const user = userOf();
    const later = { ...user, registeredAt: '2027-01-01T00:00:00.000Z' };
    const first = await open(user);

    const second = await open(later);

    expect(second).not.toBe(first);
    expect(await findProfileOf(directory, later)).toMatchObject({ profileId: second });
    expect(await findProfileOf(directory, user)).toMatchObject({ profileId: first, state: 'open' });
    expect((await readKey(keys, `P#${first}`, 'ordinary'))?.state).toBe('live');
  });

  it('A11: accounts A, B, A: the third call finds the first profile', async () => {
    const user = userOf();
    const first = await open(user);
    await open({ ...user, registeredAt: '2027-01-01T00:00:00.000Z' });

    expect(await open(user)).toBe(first);
  });

  it('A11, A35: the same user id means nothing at another site', async () => {
    const user = userOf();
    const first = await open(user);

    expect(await findProfileOf(directory, { ...user, siteId: 'site-2' })).toBeUndefined();
    expect(await open({ ...user, siteId: 'site-2' })).not.toBe(first);
  });

  it('A35: a mapping that another hand pointed at a profile of another site opens nothing', async () => {
    const [user, stranger] = [userOf(), userOf({ siteId: 'site-2' })];
    const profileId = await open(user);
    const { siteId, userHash, registeredAt } = stranger;
    const Item = { pk: `U#${siteId}#${userHash}`, sk: `MAP#${registeredAt}`, profileId, registeredAt };
    await directory.client.send(new PutCommand({ TableName: directory.name, Item }));

    expect(await findProfileOf(directory, stranger)).toBeUndefined();
    expect(await findProfileOf(directory, user)).toMatchObject({ profileId });
  });

  it('without registeredAt, as queries name a user, the account of now is meant', async () => {
    const { siteId, userHash, ...rest } = userOf();
    await open({ siteId, userHash, ...rest });
    const second = await open({ siteId, userHash, ...rest, registeredAt: '2027-01-01T00:00:00.000Z' });
    // An account of before comes late, out of some queue.
    await open({ siteId, userHash, ...rest, registeredAt: '2026-05-01T00:00:00.000Z' });

    expect(await findProfileOf(directory, { siteId, userHash })).toMatchObject({ profileId: second });
  });

  it('A11: of accounts that are opened at once the newest is meant, and each is found', async () => {
    const user = userOf();
    const accounts = Array.from({ length: 6 }, (_, n) => ({
      ...user,
      registeredAt: `2027-01-0${n + 1}T00:00:00.000Z`,
    }));

    const ids = await Promise.all(accounts.map((account) => open(account)));

    const { siteId, userHash } = user;
    expect(await findProfileOf(directory, { siteId, userHash })).toMatchObject({ profileId: ids[5] });
    for (const [n, account] of accounts.entries())
      expect(await findProfileOf(directory, account)).toMatchObject({ profileId: ids[n] });
  });

  it('writes nothing of a profile whose key is already there, live or destroyed', async () => {
    const profileId = await open(userOf());
    const user = userOf();

    await expect(open(user, profileId)).rejects.toMatchObject({ name: 'TransactionRefused' });

    expect(await findProfileOf(directory, user)).toBeUndefined();
  });
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

describe('profileIsOpen', () => {
  const check = (profile: { profileId: string; epoch: number }): Promise<void> =>
    transact(directory.client, [
      profileIsOpen(directory, profile),
      { Put: { TableName: directory.name, Item: { pk: `X#${uuid()}`, sk: 'X' } } },
    ]);

  it('race 3: holds for the open profile in its epoch alone', async () => {
    const profileId = await open(userOf());

    await expect(check({ profileId, epoch: 1 })).resolves.toBeUndefined();
    await expect(check({ profileId, epoch: 2 })).rejects.toMatchObject({ failed: [0] });
    await expect(check({ profileId: uuid(), epoch: 1 })).rejects.toMatchObject({ failed: [0] });
  });
});
