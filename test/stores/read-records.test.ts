import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import type { Place, PlacePage } from '#shared/places/place.ts';
import { vaultPlace } from '#shared/places/vault-place.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { collectRecords } from '#shared/vault/collect/collect-records.ts';
import { readRecordPage, type ReadRecord } from '#shared/vault/read-records.ts';
import { destroyedAt, destroyKey } from '#test/support/erasure.ts';
import { makeWorld, openTestProfile, openWorld, type World } from '#test/support/vault-world.ts';

let world: World;
let profileId: string;
let otherId: string;
const at = '2027-06-15T12:00:00.000Z';
const clock = { named: [], now: at };

/** A profile with seven devices, a security question, and an invoice under its retained key. */
async function filledProfile(): Promise<string> {
  const user = { siteId: uuid(), controllerId: uuid(), userHash: uuid(), registeredAt: at };
  const id = await openTestProfile(world, user);
  const profile = await readProfile(world.directory, id);
  if (!profile) throw new Error('not opened');
  const consent = {
    consentId: uuid(),
    decision: 'given' as const,
    noticeVersion: '1',
    method: 'form',
    language: 'en',
    at,
  };
  await collectConsent(world, profile, { ...consent, purposes: ['terms-accepted'] }, clock);
  const record = (dataset: DatasetName, index: number, data: Record<string, unknown>) => ({
    index,
    dataset: dataMap[dataset],
    externalId: `external-${index}`,
    collectedAt: at,
    basis: 'contract' as const,
    data,
  });
  const records = [
    ...[0, 1, 2, 3, 4, 5, 6].map((n) => record('device', n, { seenAt: at, ip: `192.0.2.${n}` })),
    record('security-question', 7, { question: 'City?', answer: 'canary' }),
    record('billing', 8, { invoiceNumber: 'R-1', amount: '1.00', currency: 'EUR', issuedAt: at }),
  ];
  await collectRecords(world, profile, records, { ...clock, freshId: uuid });
  return id;
}
const reading = (change: object = {}) => ({
  profileId,
  dataset: 'device',
  readerId: 'site-1',
  limit: 2,
  ...change,
});
async function page(change: object = {}) {
  const read = await readRecordPage(world, reading(change));
  if (read.status !== 'open') throw new Error(read.status);
  return read.value;
}
async function everyPage(change: object = {}): Promise<ReadRecord[][]> {
  const pages: ReadRecord[][] = [];
  let cursor: string | undefined;
  do {
    const one = await page({ ...change, cursor });
    pages.push(one.records);
    cursor = one.cursor;
  } while (cursor !== undefined);
  return pages;
}

beforeAll(async () => {
  world = openWorld(await makeWorld());
  profileId = await filledProfile();
  otherId = await filledProfile();
});

describe('readRecordPage', () => {
  it('gives every record of the dataset once, two a page, and no other dataset', async () => {
    const pages = await everyPage();

    expect(pages.map((records) => records.length)).toEqual([2, 2, 2, 1]);
    expect(
      pages
        .flat()
        .map(({ externalId }) => externalId)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `external-${n}`));
    expect(pages[0]?.[0]).toMatchObject({ collectedAt: at, storedAt: at, basis: 'contract' });
  });

  it('P08, A36: leaves secrets out, and says that one is set', async () => {
    const [records] = await everyPage({ dataset: 'security-question' });

    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toMatch(/canary|scrypt/);
    expect(records?.[0]?.data).toMatchObject({ question: 'City?' });
  });

  it('reads what lies under the retained key alike', async () => {
    expect(await everyPage({ dataset: 'billing' })).toMatchObject([[{ data: { invoiceNumber: 'R-1' } }]]);
  });

  it('knows no dataset that the map does not', async () => {
    for (const dataset of ['nothing', '__proto__', 'toString'])
      expect(await readRecordPage(world, reading({ dataset }))).toEqual({ status: 'absent' });
  });
});

describe('A36: a cursor', () => {
  let cursor: string;
  beforeAll(async () => {
    cursor = (await page()).cursor ?? '';
  });
  const refused = (change: object) =>
    expect(readRecordPage(world, reading({ cursor, ...change }))).rejects.toMatchObject({
      name: 'CursorInvalid',
    });

  it('tells nothing of where it points, and is another each time', async () => {
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('device');
    expect((await page()).cursor).not.toBe(cursor);
  });

  it('goes on for the same reader, profile and dataset alone', async () => {
    expect((await page({ cursor })).records).toHaveLength(2);
    await refused({ readerId: 'site-2' });
    await refused({ profileId: otherId });
    await refused({ dataset: 'security-question' });
    await refused({ dataset: 'billing' });
  });

  it('is refused when changed, cut or made up', async () => {
    const bytes = Buffer.from(cursor, 'base64url');
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await refused({ cursor: changed.toString('base64url') });
    }
    for (const made of ['', 'x', cursor.slice(0, -4), Buffer.from('device#r1').toString('base64url')])
      await refused({ cursor: made });
  });
});

async function pagesOf(place: Place, profileId: string, after?: string): Promise<PlacePage[]> {
  const pages: PlacePage[] = [];
  for await (const page of place.export(profileId, after)) pages.push(page);
  return pages;
}

describe('vaultPlace', () => {
  it('P22: gives every record of a profile once, two a page, secrets as they are stored', async () => {
    const place = vaultPlace(world.records, world.vault, 2);
    const ids: string[] = [];
    let pages = 0;
    for await (const one of place.export(profileId)) {
      expect(one.erasedAt).toBeUndefined();
      expect(one.records.length).toBeLessThanOrEqual(2);
      ids.push(...one.records.map(({ dataset, recordId }) => `${dataset}#${recordId}`));
      pages += 1;
    }

    // Seven devices, a question, an invoice, and the consent.
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(10);
    expect(ids).toEqual([...ids].sort());
    expect(pages).toBeGreaterThanOrEqual(5);
  });

  it('takes what one query gives where nobody limits it', async () => {
    const [one, ...others] = await pagesOf(vaultPlace(world.records, world.vault), profileId);

    expect(one).toHaveProperty('records.length', 10);
    expect(one).not.toHaveProperty('next');
    expect(others).toEqual([]);
  });

  it('P22: goes on behind the cursor of any page', async () => {
    const place = vaultPlace(world.records, world.vault, 2);
    const [first, ...rest] = await pagesOf(place, profileId);

    expect(await pagesOf(place, profileId, first?.next)).toEqual(rest);
  });
});

describe('G03: an erased profile', () => {
  it.each(['ordinary', 'retained'] as const)(
    'reads as erased between two pages, once its %s key is gone',
    async (scope) => {
      const erased = await filledProfile();
      const dataset = scope === 'ordinary' ? 'device' : 'billing';
      const place = vaultPlace(world.records, world.vault, 2);
      const pages = place.export(erased)[Symbol.asyncIterator]();
      const first = await pages.next();
      await destroyKey(world.vault.keys, `P#${erased}`, scope);

      expect(await readRecordPage(world, reading({ profileId: erased, dataset }))).toEqual({
        status: 'erased',
        at: destroyedAt,
      });
      expect(first).toHaveProperty('value.next');
      expect(await pages.next()).toMatchObject({ value: { erasedAt: destroyedAt } });
    },
  );

  it('G15: gives out what lies under its retained key, and nothing else, two a page', async () => {
    const erased = await filledProfile();
    await destroyKey(world.vault.keys, `P#${erased}`, 'ordinary');
    const place = vaultPlace(world.records, world.vault, 2);
    const given: unknown[] = [];

    for await (const page of place.export(erased)) {
      expect(page.erasedAt).toBe(destroyedAt);
      given.push(...page.records.map(({ dataset }) => dataset));
    }

    expect(given).toEqual(['billing', 'consent']);
  });

  it('gives out nothing once both keys are gone', async () => {
    const erased = await filledProfile();
    for (const scope of ['ordinary', 'retained'] as const)
      await destroyKey(world.vault.keys, `P#${erased}`, scope);

    expect(await pagesOf(vaultPlace(world.records, world.vault), erased)).toEqual([
      { records: [], erasedAt: destroyedAt },
    ]);
  });

  it('one that never was is absent', async () => {
    expect(await readRecordPage(world, reading({ profileId: uuid() }))).toEqual({ status: 'absent' });
  });
});
