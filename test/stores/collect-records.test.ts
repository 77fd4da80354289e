import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '#shared/consent/consent-store.ts';
import { findEntries } from '#shared/profiles/identifier-store.ts';
import type { Collected } from '#shared/vault/collect/collect-records.ts';
import { alice, device, minute, startCollecting, type Collecting } from '#test/support/collecting.ts';
import { changeProfile, destroyKey } from '#test/support/erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

let names: WorldNames;
let site: Collecting;
const outcomes = (collected: ReadonlyMap<number, Collected>) =>
  [...collected.values()].map(({ outcome }) => outcome);

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  site = await startCollecting(names);
});

describe('P17: collectRecords', () => {
  it('P11: stores in the vault, behind the account, under the terms, and names the identifiers of the call', async () => {
    await site.consent('given');

    expect(outcomes(await site.collect([device(0), device(1)], [alice]))).toEqual(['stored', 'stored']);
    expect(await site.held()).toBe(2);
    expect(await site.identifiers()).toMatchObject([
      { kind: 'email', hash: 'hash-alice', status: 'current' },
    ]);
    expect(await findEntries(site.world.index, 'email', 'hash-alice')).toContainEqual(
      expect.objectContaining({ profileId: site.profile.profileId }),
    );
  });

  it.each<{ decision: Decision | 'none' }>([
    { decision: 'none' },
    { decision: 'refused' },
    { decision: 'withdrawn' },
  ])('stores nothing, not even an identifier, where the terms are $decision', async ({ decision }) => {
    if (decision !== 'none') await site.consent(decision);

    await expect(site.collect([device(0)], [alice])).rejects.toMatchObject({ code: 'consent-missing' });
    expect(await site.held()).toBe(0);
    expect(await site.identifiers()).toEqual([]);
  });

  it('refuses the whole call where one record lacks the purpose that it rests on', async () => {
    await site.consent('given');

    await expect(site.collect([device(0), device(1, { basis: 'consent' })], [alice])).rejects.toMatchObject({
      code: 'consent-missing',
    });
    expect(await site.held()).toBe(0);

    await site.consent('given', ['risk-based-login']);
    expect(outcomes(await site.collect([device(0), device(1, { basis: 'consent' })]))).toEqual([
      'stored',
      'stored',
    ]);
  });

  it('of terms withdrawn while it works stores no record and no identifier', async () => {
    await site.consent('given');
    site.inBetween(site.withdrawTerms);

    await expect(site.collect([device(0)], [alice])).rejects.toMatchObject({ code: 'consent-missing' });
    expect(await site.held()).toBe(0);
    expect(await site.identifiers()).toEqual([]);
  });

  it('of terms renewed while it works stores all the same, under the new ones', async () => {
    await site.consent('given');
    site.inBetween(() => site.consent('given', ['terms-accepted'], { at: minute(1) }));

    expect(outcomes(await site.collect([device(0)], []))).toEqual(['stored']);
    expect(await site.held()).toBe(1);
  });

  it('tells each record that is too large, and stores the others', async () => {
    await site.consent('given');
    const large = device(1, { data: { seenAt: minute(0), userAgent: 'x'.repeat(350_000) } });

    expect(
      [...(await site.collect([device(0), large, device(2)])).values()].map(({ outcome }) => outcome).sort(),
    ).toEqual(['stored', 'stored', 'too-large']);
  });
});

describe('race 3: during and after an erasure', () => {
  it('nothing is stored once the profile is being erased, however late that is noticed', async () => {
    await site.consent('given');
    site.inBetween(() =>
      changeProfile(site.world.directory, site.profile.profileId, { state: 'erasing', epoch: 1 }),
    );

    await expect(site.collect([device(0)], [alice])).rejects.toMatchObject({
      code: 'in-erasure',
      retryAfter: 3_600,
    });
    expect(await site.identifiers()).toEqual([]);
    await expect(site.consent('given', ['login'], { named: [alice] })).rejects.toMatchObject({
      code: 'in-erasure',
    });
  });

  it('A7: nor once its key is destroyed: that is told as erased', async () => {
    await site.consent('given');
    site.inBetween(() => destroyKey(site.world.vault.keys, `P#${site.profile.profileId}`, 'ordinary'));

    expect(outcomes(await site.collect([device(0)], [alice]))).toEqual(['erased']);
    expect(await site.identifiers()).toEqual([]);
    await expect(site.consent('given', ['login'], { named: [alice] })).rejects.toMatchObject({
      code: 'erased',
    });
  });

  it('each record is told that the profile is erased', async () => {
    const erased = { ...site.profile, state: 'erased' as const };

    expect(outcomes(await site.collect([device(0), device(1)], [], erased))).toEqual(['erased', 'erased']);
  });
});
