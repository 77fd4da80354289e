import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { getItem, queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import {
  accountKey,
  findProfileOf,
  newestKey,
  readProfile,
  type SiteUser,
} from '#shared/profiles/profile-store.ts';
import { expireTombstone } from '#shared/retention/expire-tombstone.ts';
import { expireTombstones, putTombstone } from '#shared/requests/tombstones.ts';
import { fileForEmail, makeRequestWorld } from '#test/support/filed-request.ts';
import { markErased, openTestProfile } from '#test/support/vault-world.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const erasedAt = '2026-11-01T10:00:00.000Z';
const almost = '2027-12-06T09:59:59.999Z';
const over = '2027-12-06T10:00:00.000Z';

beforeAll(async () => {
  world = await makeRequestWorld();
});

async function erasedUser(registeredAt = erasedAt): Promise<SiteUser & { profileId: string }> {
  const user = { siteId: uuid(), userHash: uuid(), registeredAt };
  const profileId = await openTestProfile(world, { ...user, controllerId: uuid() });
  await markErased(world, profileId, erasedAt);
  return { ...user, profileId };
}

describe('A7, A9: the tombstone of an erased profile', () => {
  it('stands for 400 days, then its user is nobody’s', async () => {
    const user = await erasedUser('2024-02-29T07:31:12.345Z');

    expect(await expireTombstone(world.directory, user.profileId, almost)).toBe(false);
    expect(await findProfileOf(world.directory, user)).toMatchObject({ state: 'erased' });
    expect(await expireTombstone(world.directory, user.profileId, over)).toBe(true);

    for (const key of [accountKey(user), newestKey(user)])
      expect(await getItem(world.directory, key)).toBeUndefined();
    expect(await readProfile(world.directory, user.profileId)).toMatchObject({
      ...{ profileId: user.profileId, state: 'erased', erasedAt },
      ...{ siteId: '-', userHash: '-', registeredAt: '-' },
    });
    const left = JSON.stringify(await queryAll(world.directory, `P#${user.profileId}`));
    for (const name of [user.siteId, user.userHash, user.registeredAt]) expect(left).not.toContain(name);
    expect(await expireTombstone(world.directory, user.profileId, over)).toBe(true);
  });

  it('leaves the mapping of a newer profile of the same account', async () => {
    const user = await erasedUser();
    for (const Key of [accountKey(user), newestKey(user)])
      await world.clients.dynamo.send(
        new UpdateCommand({
          ...{ TableName: world.directory.name, Key, UpdateExpression: 'SET profileId = :newer' },
          ExpressionAttributeValues: { ':newer': 'newer' },
        }),
      );

    expect(await expireTombstone(world.directory, user.profileId, over)).toBe(true);

    expect(await getItem(world.directory, accountKey(user))).toMatchObject({ profileId: 'newer' });
    expect(await getItem(world.directory, newestKey(user))).toMatchObject({ profileId: 'newer' });
  });

  it('of a profile that is open never ends', async () => {
    const user = { siteId: uuid(), userHash: uuid(), registeredAt: erasedAt };
    const profileId = await openTestProfile(world, { ...user, controllerId: uuid() });

    expect(await expireTombstone(world.directory, profileId, over)).toBe(false);
    expect(await findProfileOf(world.directory, user)).toMatchObject({ profileId });
  });
});

describe('expireTombstones', () => {
  it('G01, G02: ends each once its time is over, once, with its event', async () => {
    const requestId = await fileForEmail(world, new Date(erasedAt));
    const profiles = [uuid(), uuid(), uuid()];
    for (const profileId of profiles)
      await transact(world.clients.dynamo, [putTombstone(world, requestId, profileId, erasedAt)]);
    const asked: string[] = [];
    const expire = (profileId: string): Promise<boolean> => {
      asked.push(profileId);
      return Promise.resolve(profileId !== profiles[2]);
    };

    expect((await expireTombstones(world, new Date(almost), expire)).expired).toBe(0);
    expect(asked).toEqual([]);
    expect((await expireTombstones(world, new Date(over), expire)).expired).toBe(2);
    expect((await expireTombstones(world, new Date(over), expire)).expired).toBe(0);

    const told = (await readChain(world.ledger, `R#${requestId}`)).filter(
      ({ type }) => type === 'tombstone-expired',
    );
    expect(told.map(({ facts }) => facts['profileId']).toSorted()).toEqual(profiles.slice(0, 2).toSorted());
  });
});
