import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { readConsents, writeConsent, type Decision } from '#shared/consent/consent-store.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { findEntries, identifierBinding, readIdentifiers } from '#shared/profiles/identifier-store.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords, type Collected } from '#shared/vault/collect/collect-records.ts';
import type { IncomingRecord } from '#shared/vault/incoming-record.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { readRecordPage } from '#shared/vault/read-records.ts';
import { changeProfile, destroyKey } from '#test/support/erasure.ts';
import {
  makeWorld,
  openTestProfile,
  openWorld,
  type World,
  type WorldNames,
} from '#test/support/vault-world.ts';

let names: WorldNames;
let world: World;
let profile: Profile;
const at = '2027-06-15T12:00:00.000Z';
const minute = (n: number): string => new Date(Date.parse(at) + n * 60_000).toISOString();
const alice: HashedIdentifier = {
  kind: 'email',
  hash: 'hash-alice',
  value: 'alice@example.org',
  verified: true,
};

const consent = (
  decision: Decision,
  purposes = ['terms-accepted'],
  change: { at?: string; named?: HashedIdentifier[] } = {},
) =>
  collectConsent(
    world,
    profile,
    {
      consentId: uuid(),
      decision,
      noticeVersion: '1',
      method: 'form',
      language: 'en',
      at: change.at ?? at,
      purposes,
    },
    { named: change.named ?? [], now: minute(60) },
  );
const device = (index: number, change: Partial<IncomingRecord> = {}): IncomingRecord => ({
  index,
  dataset: dataMap.device,
  externalId: `session-${index}`,
  collectedAt: at,
  basis: 'contract',
  data: { seenAt: at, ip: '192.0.2.1' },
  ...change,
});
const collect = (
  records: IncomingRecord[],
  named: HashedIdentifier[] = [],
): Promise<ReadonlyMap<number, Collected>> =>
  collectRecords(world, profile, records, { named, now: minute(60), freshId: uuid });
const outcomes = (collected: ReadonlyMap<number, Collected>) =>
  [...collected.values()].map(({ outcome }) => outcome);
async function held(dataset = 'device'): Promise<number> {
  const page = await readRecordPage(world, { profileId: profile.profileId, dataset, readerId: 'r' });
  return page.status === 'open' ? page.value.records.length : -1;
}
const identifiers = () => readIdentifiers(world.directory, profile.profileId);
/** Lets `act` happen once, just before the profile's key is read: between what was checked and what is written. */
function inBetween(act: () => Promise<unknown>): void {
  let done = false;
  world.clients.dynamo.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { TableName } = args.input as { TableName?: string };
        if (!done && commandName === 'GetItemCommand' && TableName === names.tables.keys) {
          done = true;
          await act();
        }
        return next(args);
      },
    { step: 'initialize', name: 'inBetween' },
  );
}
const withdrawTerms = () =>
  transact(openWorld(names).clients.dynamo, [
    writeConsent(world.directory, profile.profileId, {
      purpose: 'terms-accepted',
      decision: 'withdrawn',
      consentId: uuid(),
      noticeVersion: '1',
      at: minute(30),
      receivedAt: minute(30),
    }),
  ]);

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  world = openWorld(names);
  const user = { siteId: uuid(), controllerId: uuid(), userHash: uuid(), registeredAt: at };
  const opened = await readProfile(world.directory, await openTestProfile(world, user));
  if (!opened) throw new Error('not opened');
  profile = opened;
});

describe('P17: collectRecords', () => {
  it('stores under the terms, and names the identifiers of the call', async () => {
    await consent('given');

    expect(outcomes(await collect([device(0), device(1)], [alice]))).toEqual(['stored', 'stored']);
    expect(await held()).toBe(2);
    expect(await identifiers()).toMatchObject([{ kind: 'email', hash: 'hash-alice', status: 'current' }]);
    expect(await findEntries(world.index, 'email', 'hash-alice')).toContainEqual(
      expect.objectContaining({ profileId: profile.profileId }),
    );
  });

  it.each<{ decision: Decision | 'none' }>([
    { decision: 'none' },
    { decision: 'refused' },
    { decision: 'withdrawn' },
  ])('stores nothing, not even an identifier, where the terms are $decision', async ({ decision }) => {
    if (decision !== 'none') await consent(decision);

    await expect(collect([device(0)], [alice])).rejects.toMatchObject({ code: 'consent-missing' });
    expect(await held()).toBe(0);
    expect(await identifiers()).toEqual([]);
  });

  it('refuses the whole call where one record lacks the purpose that it rests on', async () => {
    await consent('given');

    await expect(collect([device(0), device(1, { basis: 'consent' })], [alice])).rejects.toMatchObject({
      code: 'consent-missing',
    });
    expect(await held()).toBe(0);

    await consent('given', ['risk-based-login']);
    expect(outcomes(await collect([device(0), device(1, { basis: 'consent' })]))).toEqual([
      'stored',
      'stored',
    ]);
  });

  it('of terms withdrawn while it works stores no record and no identifier', async () => {
    await consent('given');
    inBetween(withdrawTerms);

    await expect(collect([device(0)], [alice])).rejects.toMatchObject({ code: 'consent-missing' });
    expect(await held()).toBe(0);
    expect(await identifiers()).toEqual([]);
  });

  it('tells each record that is too large, and stores the others', async () => {
    await consent('given');
    const large = device(1, { data: { seenAt: at, userAgent: 'x'.repeat(350_000) } });

    expect(
      [...(await collect([device(0), large, device(2)])).values()].map(({ outcome }) => outcome).sort(),
    ).toEqual(['stored', 'stored', 'too-large']);
  });
});

describe('race 3: during and after an erasure', () => {
  it.each([
    {
      what: 'the profile is being erased',
      take: () => changeProfile(world.directory, profile.profileId, { state: 'erasing', epoch: 1 }),
    },
    {
      what: 'its key is destroyed',
      take: () => destroyKey(world.vault.keys, `P#${profile.profileId}`, 'ordinary'),
    },
  ])('nothing is stored once $what, however late that is noticed', async ({ take }) => {
    await consent('given');
    inBetween(take);

    await expect(collect([device(0)], [alice])).rejects.toMatchObject({
      code: 'in-erasure',
      retryAfter: 3_600,
    });
    expect(await identifiers()).toEqual([]);
    await expect(consent('given', ['login'], { named: [alice] })).rejects.toMatchObject({
      code: 'in-erasure',
    });
  });

  it('each record is told that the profile is erased', async () => {
    profile = { ...profile, state: 'erased' };

    expect(outcomes(await collect([device(0), device(1)]))).toEqual(['erased', 'erased']);
  });
});

describe('collectConsent', () => {
  it('G04: keeps evidence of every decision, and where each purpose stands', async () => {
    await consent('given', ['terms-accepted', 'login']);
    await consent('withdrawn', ['login'], { at: minute(1) });
    const standing = await readConsents(world.directory, profile.profileId);

    expect([...standing].map(([purpose, { decision }]) => [purpose, decision])).toEqual([
      ['login', 'withdrawn'],
      ['terms-accepted', 'given'],
    ]);
    expect(await held('consent')).toBe(2);
  });

  it('A7: an older decision that comes late changes nothing, and is evidence all the same', async () => {
    await consent('withdrawn', ['terms-accepted'], { at: minute(5) });
    await consent('given', ['terms-accepted'], { at: minute(4), named: [alice] });

    const standing = await readConsents(world.directory, profile.profileId);
    expect(standing.get('terms-accepted')?.decision).toBe('withdrawn');
    expect(await held('consent')).toBe(2);
    expect(await identifiers()).toEqual([]);
  });

  it('A7: of decisions at once the newest stands, and each is kept as evidence', async () => {
    const order = [4, 0, 5, 2, 1, 3];

    await Promise.all(
      order.map((n) => consent(n === 5 ? 'withdrawn' : 'given', ['login'], { at: minute(n) })),
    );

    const standing = await readConsents(world.directory, profile.profileId);
    expect(standing.get('login')).toMatchObject({ decision: 'withdrawn', at: minute(5) });
    expect(await held('consent')).toBe(6);
  });

  it('A14: refused, or withdrawn, links nobody', async () => {
    await consent('given');
    await consent('withdrawn', [], { at: minute(1), named: [alice] });

    expect((await readConsents(world.directory, profile.profileId)).get('terms-accepted')?.decision).toBe(
      'withdrawn',
    );
    expect(await identifiers()).toEqual([]);
  });

  it('A18: keeps an identifier as keyed hash and ciphertext, which its profile’s key opens', async () => {
    await consent('given', ['terms-accepted'], { named: [alice] });
    const [row] = await identifiers();
    if (!row) throw new Error('not linked');

    expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('alice');
    const opened = await withKey(world.vault, `P#${profile.profileId}`, 'ordinary', ({ key }) =>
      Promise.resolve(
        unseal(key, identifierBinding(profile.profileId, 'email', row.hash), row.sealed).toString(),
      ),
    );
    expect(opened).toEqual({ status: 'open', value: 'alice@example.org' });
  });

  it('A4: one that is replaced stays in both tables as former', async () => {
    await consent('given', ['terms-accepted'], { named: [{ ...alice, hash: 'hash-old' }] });
    await collect([device(0)], [{ ...alice, hash: 'hash-new' }]);

    const statuses = (await identifiers()).map(({ hash, status }) => `${hash} ${status}`);
    const mine = async (hash: string) =>
      (await findEntries(world.index, 'email', hash)).find(
        ({ profileId }) => profileId === profile.profileId,
      );
    expect(statuses).toEqual(['hash-new current', 'hash-old former']);
    expect(await mine('hash-old')).toMatchObject({ status: 'former' });
    expect(await mine('hash-new')).toMatchObject({ status: 'current', openedAt: profile.openedAt });
  });
});
