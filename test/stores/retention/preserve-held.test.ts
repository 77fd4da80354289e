import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { readKey } from '#shared/keys/key-store.ts';
import { destroyKeysItems, outcomeAfterRefusal } from '#shared/retention/destroy-keys.ts';
import { liftHold, placeHold, type Hold } from '#shared/retention/holds.ts';
import { moveRecords } from '#shared/retention/move-records.ts';
import { preserveHeld } from '#shared/retention/preserve-held.ts';
import { withKey, withProfileKeys } from '#shared/vault/open-keys.ts';
import { openPayload, parseRecordRow, type RecordRow } from '#shared/vault/record-store.ts';
import { device } from '#test/support/collecting.ts';
import { fillProfile, type Filled } from '#test/support/filled-profile.ts';
import { erasureOf, type Erasure } from '#test/support/vault-erasure.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let filled: Filled;
let erasure: Erasure;
const now = '2027-07-01T12:00:00.000Z';
const hold = (datasets: Hold['datasets'] = ['device']): Hold => ({
  ...{ holdId: uuid(), datasets, exception: '17(3)(e)', reviewAt: '2028-01-01', placedAt: now },
});

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  filled = await fillProfile(names);
  erasure = erasureOf(filled.world, filled.profileId);
});

const stores = ({ directory, vault }: World) => ({ directory, keys: vault.keys });
const place = async (one = hold(), world = openWorld(names)): Promise<Hold> => {
  await placeHold(stores(world), filled.profileId, one);
  return one;
};
const lift = ({ holdId }: Hold) => liftHold(stores(openWorld(names)), filled.profileId, { holdId, now });
const rows = async (dataset = 'device'): Promise<RecordRow[]> =>
  (await queryAll(filled.world.records, `P#${filled.profileId}`, `${dataset}#`)).map(parseRecordRow);
const meta = () => readProfile(filled.world.directory, filled.profileId);

/** What records say, read with one key of the profile. */
async function readWith(scope: RecordRow['scope'], list: readonly RecordRow[]): Promise<unknown[]> {
  const opened = await withKey(filled.world.vault, `P#${filled.profileId}`, scope, ({ key }) =>
    Promise.resolve(list.map((row) => openPayload(key, filled.profileId, row))),
  );
  if (opened.status !== 'open') throw new Error(opened.status);
  return opened.value;
}

/** Lets `act` happen once, after so many pages were counted. */
function afterPages(pages: number, act: () => Promise<unknown>): void {
  let seen = 0;
  filled.world.clients.dynamo.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        const { TableName } = args.input as { TableName?: string };
        if (commandName === 'PutItemCommand' && TableName === names.tables.requests) {
          seen += 1;
          // The first write of a count begins it.
          if (seen === pages + 1) await act();
        }
        return answer;
      },
    { step: 'initialize', name: 'afterPages' },
  );
}

describe('G16: preserveHeld', () => {
  it('A6: counts what is there by dataset, two a page and one page a run, and what stays by the map', async () => {
    await erasure.take();
    const runs = await erasure.preserve();

    expect((await erasure.counts()).found).toMatchObject({
      datasets: { billing: 1, consent: 1, device: 5, disclosure: 2, 'support-case': 3 },
      ...{ retained: 4, holdEpoch: 0, done: true },
    });
    expect(runs).toBeGreaterThanOrEqual(6);
    expect(await meta()).toMatchObject({ state: 'erasing', preserved: { holdEpoch: 0, retained: 4 } });
    expect((await rows()).every(({ scope }) => scope === 'ordinary')).toBe(true);
  });

  it('G18: notes which sites were given data, and by which identifiers the profile is found', async () => {
    await erasure.take();
    await erasure.preserve();

    const { found } = await erasure.counts();
    expect(found).toMatchObject({ recipients: [filled.profile.siteId], otherDisclosures: 0 });
    const named = await queryAll(filled.world.requests, `R#${erasure.requestId}`, 'NAMED#');
    const linked = (await filled.identifiers()).map(({ hash }) => hash);
    expect(named.map(({ hash }) => String(hash)).toSorted()).toEqual(linked.toSorted());
    expect(linked).toHaveLength(3);
    expect(JSON.stringify(named)).not.toContain('example.org');
  });

  it('puts held records under the retained key: same records, same words, other ciphertext, and no others', async () => {
    const before = await rows();
    const words = await readWith('ordinary', before);
    const { holdId } = await place();
    await erasure.take();
    await erasure.preserve();
    const after = await rows();

    expect(after).toHaveLength(5);
    for (const [n, row] of after.entries()) {
      const { ciphertext, ...rest } = row;
      const { ciphertext: old, ...then } = before[n] ?? row;
      expect(rest).toEqual({ ...then, scope: 'retained', heldBy: holdId });
      expect(Buffer.from(ciphertext).equals(Buffer.from(old))).toBe(false);
    }
    expect((await rows('support-case')).every(({ scope }) => scope === 'ordinary')).toBe(true);
    expect((await erasure.counts()).found).toMatchObject({ retained: 9, datasets: { device: 5 } });

    await erasure.destroy();
    expect(await readWith('retained', after)).toEqual(words);
  });

  it('moves more than one transaction takes', async () => {
    for (const start of [10, 110])
      await filled.collect(Array.from({ length: 100 }, (_, n) => device(start + n)));
    await place(hold('all'));
    const large = erasureOf(filled.world, filled.profileId, { sizes: {} });
    await large.take();
    await large.preserve();

    expect((await rows()).filter(({ scope }) => scope === 'retained')).toHaveLength(205);
    expect((await large.counts()).found).toMatchObject({ retained: 212 });
  });

  it('two runs at once count every record once', async () => {
    await place();
    const twin = erasureOf(openWorld(names), filled.profileId, { requestId: erasure.requestId });
    await erasure.take();

    await Promise.all([erasure.preserve(), twin.preserve()]);

    expect((await erasure.counts()).found).toMatchObject({
      datasets: { billing: 1, consent: 1, device: 5, disclosure: 2, 'support-case': 3 },
      retained: 9,
    });
  });

  it.each(['withheld', 'already-erased', 'export'] as const)(
    'leaves a profile that is %s alone',
    async (aim) => {
      const run = { requestId: erasure.requestId, mayGoOn: () => true };

      expect(await preserveHeld(filled.world, { profileId: filled.profileId, aim }, run)).toEqual({
        done: true,
      });

      expect((await erasure.counts()).found).toBeUndefined();
      expect(await meta()).toMatchObject({ state: 'open' });
    },
  );

  it('does nothing for a request that has not taken the profile', async () => {
    await expect(erasure.preserve()).rejects.toMatchObject({ name: 'ProfileInErasure' });
  });
});

describe('race 5: holds that come and go', () => {
  it.each([
    { beside: 'no other', other: undefined },
    { beside: 'one for which records are being moved', other: hold(['support-case', 'consent']) },
  ])(
    'one placed between two pages, beside $beside: all that it covers is kept, and counted once',
    async ({ other }) => {
      if (other) await place(other);
      await erasure.take();
      // Four of the five devices have been counted and left then.
      afterPages(3, () => place());
      await erasure.preserve();
      const cases = other ? 3 : 0;
      const holdEpoch = other ? 2 : 1;

      expect((await rows()).map(({ scope }) => scope)).toEqual(Array.from({ length: 5 }, () => 'retained'));
      const { found } = await erasure.counts();
      expect(found).toMatchObject({ holdEpoch, retained: 9 + cases, datasets: { device: 5, consent: 1 } });
      expect(await meta()).toMatchObject({ preserved: { holdEpoch, retained: 9 + cases } });
      expect((await rows('support-case')).filter(({ scope }) => scope === 'retained')).toHaveLength(cases);
    },
  );

  it('one placed when all is counted, before it is said: it is done again', async () => {
    const large = erasureOf(filled.world, filled.profileId, { sizes: {} });
    await large.take();
    // One page, and the count that says it is the last.
    afterPages(2, () => place());

    expect(await large.preserve()).toBe(2);

    expect(await meta()).toMatchObject({ preserved: { holdEpoch: 1, retained: 9 } });
    expect((await rows()).every(({ scope }) => scope === 'retained')).toBe(true);
  });

  it('one placed between preserving and destroying: no key goes before it is done again', async () => {
    await erasure.take();
    await erasure.preserve();
    await place();

    await expect(erasure.destroyOnce()).rejects.toMatchObject({ name: 'HoldChanged' });
    expect(await meta()).toMatchObject({ state: 'erasing', epoch: 1 });

    expect(await erasure.destroy()).toEqual({ state: 'mine' });
    expect(await readWith('retained', await rows())).toHaveLength(5);
  });

  it('one placed in the very moment of destroying refuses the whole transaction', async () => {
    const { world, profileId } = filled;
    const { requestId } = erasure;
    await erasure.take();
    await erasure.preserve();
    const profile = await meta();
    if (!profile) throw new Error('not there');
    const { found } = await erasure.counts();
    const stores = { directory: world.directory, keys: world.vault.keys };
    const items = destroyKeysItems(stores, profile, found, { requestId, now });
    await place();

    await expect(transact(world.clients.dynamo, items)).rejects.toMatchObject({ name: 'TransactionRefused' });

    await expect(outcomeAfterRefusal(world, { profileId, requestId })).rejects.toMatchObject({
      name: 'HoldChanged',
    });
    expect(await readKey(world.vault.keys, `P#${profileId}`, 'ordinary')).toMatchObject({ state: 'live' });
  });

  it('a run that was left behind, with the holds of before, moves nothing any more', async () => {
    const { world, profileId } = filled;
    await erasure.take();
    const stale = { profileId, requestId: erasure.requestId, holdEpoch: 0 };
    const holds = [hold('all')];
    await place(hold(['support-case']));
    const before = await rows();

    const moved = withProfileKeys(world.vault, profileId, (keys) =>
      moveRecords(world, stale, { rows: before, holds, keys }),
    );

    await expect(moved).rejects.toMatchObject({ name: 'TransactionRefused', failed: [0] });
    expect(await rows()).toEqual(before);
  });

  it('one lifted between two pages, or before the destruction: what was kept for it goes after all', async () => {
    const one = await place();
    await erasure.take();
    await erasure.preserve();
    expect((await rows()).every(({ scope }) => scope === 'retained')).toBe(true);

    await lift(one);
    await expect(erasure.destroyOnce()).rejects.toMatchObject({ name: 'HoldChanged' });
    await erasure.preserve();

    expect((await rows()).map(({ scope, heldBy }) => [scope, heldBy])).toEqual(
      Array.from({ length: 5 }, () => ['ordinary', undefined]),
    );
    expect(await readWith('ordinary', await rows())).toHaveLength(5);
    await erasure.destroy();
    await erasure.erase();
    await erasure.scan();
    expect(await rows()).toEqual([]);
  });

  it('one that takes another’s place in between keeps the record under its own name', async () => {
    const first = await place();
    await erasure.take();
    await erasure.preserve();
    const second = await place({ ...hold('all'), reviewAt: '2029-01-01' });
    await lift(first);
    await erasure.destroy();

    expect((await rows()).every(({ heldBy }) => heldBy === second.holdId)).toBe(true);
    expect((await rows('support-case')).every(({ scope }) => scope === 'retained')).toBe(true);
    // What the map keeps is kept by the map, whoever holds it besides.
    expect((await rows('billing')).map(({ heldBy }) => heldBy)).toEqual([undefined]);
  });
});
