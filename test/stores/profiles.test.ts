import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { openProfile } from '#shared/profiles/open-profile.ts';
import { findProfileOf, profileIsOpen, type SiteUser } from '#shared/profiles/profile-store.ts';
import { createTable } from '#test/support/engine-table.ts';

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
