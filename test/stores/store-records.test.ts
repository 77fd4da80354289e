import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { transact, type TransactionItem } from '#shared/aws/transaction.ts';
import { queryAll } from '#shared/aws/table.ts';
import { writeConsent, type Consent, type Decision } from '#shared/consent/consent-store.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import type { RecordRow } from '#shared/vault/record-store.ts';
import { storeRecords, type StoreOutcome } from '#shared/vault/store-records.ts';
import { changeProfile, destroyKey } from '#test/support/erasure.ts';
import { makeWorld, openTestProfile, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
const at = '2027-06-15T12:00:00.000Z';
const later = '2027-06-15T12:00:00.001Z';
const terms: Consent = {
  purpose: 'terms-accepted',
  decision: 'given',
  consentId: 'consent-1',
  noticeVersion: '1',
  at,
  receivedAt: at,
};
const rowOf = (n: number, change: Partial<RecordRow> = {}): RecordRow => ({
  dataset: 'device',
  recordId: `r${String(n).padStart(3, '0')}`,
  scope: 'ordinary',
  basis: 'consent',
  collectedAt: at,
  storedAt: at,
  digest: `digest-${n}`,
  ciphertext: Buffer.from(`sealed ${n}`),
  ...change,
});
const rows = (count: number): RecordRow[] => Array.from({ length: count }, (_, n) => rowOf(n));

async function openedProfile(): Promise<Profile> {
  const user = { siteId: uuid(), controllerId: uuid(), userHash: uuid(), registeredAt: at };
  const profile = await readProfile(world.directory, await openTestProfile(world, user));
  if (!profile) throw new Error('not opened');
  await write(writeConsent(world.directory, profile.profileId, terms));
  return profile;
}
const write = (...items: TransactionItem[]): Promise<void> => transact(world.clients.dynamo, items);
async function store(profile: Profile, records: readonly RecordRow[], epoch = 1): Promise<StoreOutcome[]> {
  const tables = { records: world.records, directory: world.directory, keys: world.vault.keys };
  const sealed = records.map((row, index) => ({ index, row, consents: [terms] }));
  const outcomes = await storeRecords(tables, profile, { ordinary: epoch, retained: epoch }, sealed);
  expect([...outcomes.keys()]).toEqual(records.map((_, index) => index));
  return [...outcomes.values()];
}
const stored = async ({ profileId }: Profile): Promise<string[]> =>
  (await queryAll(world.records, `P#${profileId}`)).map((item) => String(item['digest']));
const decide = ({ profileId }: Profile, decision: Decision) =>
  write(writeConsent(world.directory, profileId, { ...terms, decision, consentId: 'consent-2', at: later }));

beforeAll(async () => {
  world = openWorld(await makeWorld());
});

describe('race 2: storeRecords', () => {
  it('stores a call of a hundred in chunks, each record once', async () => {
    const profile = await openedProfile();

    expect(await store(profile, rows(100))).toEqual(Array.from({ length: 100 }, () => 'stored'));
    expect(await stored(profile)).toHaveLength(100);
    expect(await store(profile, rows(100))).toEqual(Array.from({ length: 100 }, () => 'unchanged'));
  });

  it('says of each record what it came to, and leaves what stands where it must', async () => {
    const profile = await openedProfile();
    await store(profile, rows(4));

    const outcomes = await store(profile, [
      rowOf(0),
      rowOf(1, { digest: 'newer', collectedAt: later }),
      rowOf(2, { digest: 'older', collectedAt: '2027-06-15T11:00:00.000Z' }),
      rowOf(3, { digest: 'other basis', basis: 'contract', collectedAt: later }),
      rowOf(4),
    ]);

    expect(outcomes).toEqual(['unchanged', 'replaced', 'unchanged', 'basis-fixed', 'stored']);
    expect(await stored(profile)).toEqual(['digest-0', 'newer', 'digest-2', 'digest-3', 'digest-4']);
  });

  it.each([
    {
      what: 'its key was destroyed',
      take: ({ profileId }: Profile) => destroyKey(world.vault.keys, `P#${profileId}`, 'ordinary'),
    },
    {
      what: 'it is being erased',
      take: ({ profileId }: Profile) =>
        changeProfile(world.directory, profileId, { state: 'erasing', epoch: 1 }),
    },
    {
      what: 'it is erased',
      take: ({ profileId }: Profile) =>
        changeProfile(world.directory, profileId, { state: 'erased', epoch: 1 }),
    },
  ])('race 3: stores nothing more of a profile once $what', async ({ take }) => {
    const profile = await openedProfile();
    await store(profile, [rowOf(0)]);
    await take(profile);

    expect(await store(profile, [rowOf(1), rowOf(2)])).toEqual(['in-erasure', 'in-erasure']);
    expect(await stored(profile)).toEqual(['digest-0']);
  });

  it('A7: nor of its retained scope, once the ordinary key is destroyed', async () => {
    const profile = await openedProfile();
    await destroyKey(world.vault.keys, `P#${profile.profileId}`, 'ordinary');

    const retained = rowOf(0, { dataset: 'billing', scope: 'retained' });
    expect(await store(profile, [retained])).toEqual(['in-erasure']);
    expect(await store(profile, [rowOf(1), retained])).toEqual(['in-erasure', 'in-erasure']);
    expect(await stored(profile)).toEqual([]);
  });

  it('nor under a retained key that is destroyed', async () => {
    const profile = await openedProfile();
    await destroyKey(world.vault.keys, `P#${profile.profileId}`, 'retained');

    const retained = rowOf(0, { dataset: 'billing', scope: 'retained' });
    expect(await store(profile, [retained])).toEqual(['in-erasure']);
    expect(await store(profile, [rowOf(1)])).toEqual(['stored']);
  });

  it('race 3: a key that was opened in another epoch seals nothing that is kept', async () => {
    const profile = await openedProfile();

    expect(await store(profile, [rowOf(0)], 2)).toEqual(['in-erasure']);
    expect(await store({ ...profile, epoch: 2 }, [rowOf(0)])).toEqual(['in-erasure']);
    expect(await stored(profile)).toEqual([]);
  });

  it.each(['withdrawn', 'refused'] as const)(
    'P17: stores nothing once the consent was %s in between',
    async (decision) => {
      const profile = await openedProfile();
      await decide(profile, decision);

      expect(await store(profile, rows(30))).toEqual(Array.from({ length: 30 }, () => 'consent-missing'));
      expect(await stored(profile)).toEqual([]);
    },
  );

  it('P17: nor where it was given anew, to other words: what was read no longer stands', async () => {
    const profile = await openedProfile();
    await decide(profile, 'given');

    expect(await store(profile, [rowOf(0)])).toEqual(['consent-missing']);
  });

  it('of two calls at once that replace the same record, the newer stays, whichever came first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const profile = await openedProfile();
      await store(profile, [rowOf(0)]);
      const newer = rowOf(0, { digest: 'newer', collectedAt: '2027-06-15T14:00:00.000Z' });
      const older = rowOf(0, { digest: 'older', collectedAt: '2027-06-15T13:00:00.000Z' });

      const [[first], [second]] = await Promise.all([store(profile, [newer]), store(profile, [older])]);

      expect(first).toBe('replaced');
      expect(['replaced', 'unchanged']).toContain(second);
      expect(await stored(profile)).toEqual(['newer']);
    }
  });

  it('of ten first calls at once with the same record, one stores it', async () => {
    const profile = await openedProfile();

    const outcomes = await Promise.all(Array.from({ length: 10 }, () => store(profile, [rowOf(0)])));

    expect(outcomes.flat().filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(outcomes.flat().filter((outcome) => outcome === 'unchanged')).toHaveLength(9);
  });
});
