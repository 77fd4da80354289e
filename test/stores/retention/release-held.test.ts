import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { liftHold, placeHold } from '#shared/retention/holds.ts';
import { releaseHeld } from '#shared/retention/release-held.ts';
import { alice, device, startCollecting } from '#test/support/collecting.ts';
import { fillProfile, whatIsLeft, type Filled } from '#test/support/filled-profile.ts';
import { erasureOf } from '#test/support/vault-erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let filled: Filled;
const now = '2027-07-01T12:00:00.000Z';

beforeAll(async () => {
  names = await makeWorld();
});

describe('G16: after a hold', () => {
  const exception = { exception: '17(3)(e)', reviewAt: '2028-01-01', placedAt: now } as const;
  const stores = () => ({ directory: filled.world.directory, keys: filled.world.vault.keys });
  const placed = async (datasets: string[] | 'all'): Promise<string> => {
    const holdId = uuid();
    await placeHold(stores(), filled.profileId, { holdId, datasets, ...exception });
    return holdId;
  };
  const lift = (holdId: string) => liftHold(stores(), filled.profileId, { holdId, now });
  async function release(): Promise<number> {
    for (let runs = 1; ; runs += 1) {
      const run = { profileId: filled.profileId, pageSize: 2, mayGoOn: () => false };
      if ((await releaseHeld(filled.world, run)).done) return runs;
      if (runs > 50) throw new Error('does not end');
    }
  }
  const devices = async () =>
    (await whatIsLeft(filled.world, filled)).records.filter((dataset) => dataset === 'device').length;

  it('what it alone has kept is released, and nothing else', async () => {
    filled = await fillProfile(names);
    const holdId = await placed(['device']);
    await erasureOf(filled.world, filled.profileId, { now }).all();
    expect(await release()).toBe(1);
    expect(await devices()).toBe(5);

    await lift(holdId);
    expect(await release()).toBeGreaterThanOrEqual(3);

    expect(await whatIsLeft(filled.world, filled)).toMatchObject({
      records: ['billing', 'consent', 'disclosure', 'disclosure'],
    });
    expect(await findEntries(filled.world.index, 'email', filled.email.hash)).toHaveLength(1);
  });

  it('what another hold covers stays', async () => {
    filled = await fillProfile(names);
    const first = await placed(['device']);
    const second = await placed('all');
    await erasureOf(filled.world, filled.profileId, { now }).all();

    await lift(first);
    await release();
    expect(await devices()).toBe(5);
    await lift(second);
    await release();
    expect(await devices()).toBe(0);
  });

  it('race 12: with the last of it goes the entry by which it was found', async () => {
    const bare = await startCollecting(names);
    const email = { ...alice, hash: uuid() };
    await bare.consent('given', ['terms-accepted'], { named: [email] });
    await bare.collect([device(0), device(1)]);
    const { world, profile } = bare;
    filled = { ...bare, profileId: profile.profileId, email, coveredBy: 'none' };
    // The proof of the consent is all that would stay besides.
    const [proof] = await queryAll(world.records, `P#${profile.profileId}`, 'consent#');
    const key = { pk: `P#${profile.profileId}`, sk: proof?.['sk'] };
    await world.clients.dynamo.send(new DeleteCommand({ TableName: world.records.name, Key: key }));
    const holdId = await placed(['device']);
    await erasureOf(world, profile.profileId, { now }).all();
    expect(await findEntries(world.index, 'email', email.hash)).toMatchObject([{ status: 'retained' }]);

    await lift(holdId);
    await release();

    expect(await findEntries(world.index, 'email', email.hash)).toEqual([]);
    expect(await readProfile(world.directory, profile.profileId)).not.toHaveProperty('retainedUnder');
  });

  it('nothing is released of a profile that is not erased', async () => {
    filled = await fillProfile(names);

    await expect(release()).rejects.toMatchObject({ name: 'KeysNotDestroyed' });
  });
});
