import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Item, Table } from '#shared/aws/table.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import { releaseBundle } from '#shared/identity/release-bundle.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { ProfileChanged } from '#shared/requests/conclude.ts';
import { replayDestructions } from '#shared/retention/replay-destructions.ts';
import { at, daysAgo, email, later, link, now } from '#test/support/erasure-request.ts';
import { runErasure } from '#test/support/erasure-work.ts';
import { runExport } from '#test/support/export-work.ts';
import { eraseScenes, exportScene, type Scene } from '#test/support/scene.ts';
import { siteRoutes, type SiteRoutes } from '#test/support/site-routes.ts';
import { copyTable, restoreTable } from '#test/support/table-copy.ts';
import { makeWorld, openWorld, tableNames, type World } from '#test/support/vault-world.ts';
import { readZip } from '#test/support/zip.ts';

type TableName = (typeof tableNames)[number];
type Copies = Record<TableName, Item[]>;

const site = { siteId: uuid(), controllerId: uuid() };
const user = { id: 'u-1', registeredAt: daysAgo(200) };
const canary = 'canary@people.example';
const soon = new Date(later(60));
/** What the site sent long ago, to the byte. */
const consent = {
  ...{ user, decision: 'given', purposes: ['terms-accepted'], at: daysAgo(50) },
  ...{ noticeVersion: '1', method: 'form', language: 'en' },
};
const record = { dataset: 'account', externalId: 'a-1', collectedAt: daysAgo(50), data: { email: canary } };
const query = { user: { id: user.id }, dataset: 'account', purpose: 'login' };

let world: World;
let routes: SiteRoutes;
let scene: Scene;
/** An export of before the erasure, and the erasure. */
const ids = { exported: '', erasure: '' };
let before: Copies;
let coolingOff: Copies;
let after: Copies;

const tableOf = (name: TableName): Table => (name === 'keys' ? world.vault.keys : world[name]);
const copyAll = async (): Promise<Copies> =>
  Object.fromEntries(
    await Promise.all(tableNames.map(async (name) => [name, await copyTable(tableOf(name))] as const)),
  ) as Copies;

async function profileNow(): Promise<string> {
  const userHash = await hashUserId(world.key('index'), site.siteId, user.id);
  const profile = await findProfileOf(world.directory, {
    ...site,
    userHash,
    registeredAt: user.registeredAt,
  });
  return profile?.profileId ?? 'none';
}

/** What a bundle says in all its files; nothing where it cannot be fetched. */
async function fetchBundle(requestId: string): Promise<string> {
  const asked = { requestId, number: 1, linkId: uuid(), now: at };
  const link = await releaseBundle(world, world.key('proof'), asked);
  if (typeof link === 'string') return '';
  try {
    const { Body } = await world.bundles.s3.send(
      new GetObjectCommand({ Bucket: world.bundles.name, Key: link.key }),
    );
    const files = await readZip(Buffer.from((await Body?.transformToByteArray()) ?? []));
    return [...files].map(([name, bytes]) => `${name}\n${bytes.toString('utf8')}`).join('\n');
  } catch (error) {
    if (error instanceof NoSuchKey) return '';
    throw error;
  }
}

/** What the person is given who asks anew; nothing where the request ends in needs-attention. */
async function askForAccess(): Promise<string> {
  const requestId = await exportScene(world, scene);
  try {
    await runExport(world, requestId, { now: () => now });
  } catch (error) {
    // By its row the profile is open, by its key it is erased.
    if (error instanceof ProfileChanged) return '';
    throw error;
  }
  return fetchBundle(requestId);
}

beforeAll(async () => {
  world = openWorld(await makeWorld());
  routes = siteRoutes(world, site);
  const then = new Date(daysAgo(50));
  expect(await routes.consent(consent, then)).toHaveProperty('consentId');
  expect(await routes.records({ user, records: [record] }, then)).toMatchObject({
    results: [{ status: 'stored' }],
  });
  scene = { ...site, profileId: await profileNow(), address: email() };
  await link(world, scene.profileId, scene.address);
  ids.exported = await exportScene(world, scene);
  await runExport(world, ids.exported, { now: () => now });
  expect(await fetchBundle(ids.exported)).toContain(canary);
  before = await copyAll();
  ids.erasure = await eraseScenes(world, [scene]);
  coolingOff = await copyAll();
  await runErasure(world, ids.erasure, { now: () => now });
  after = await copyAll();
});
afterEach(async () => {
  for (const name of tableNames) await restoreTable(tableOf(name), after[name]);
});

/** Every way in which something of before can be read or come back. */
async function expectNothingBack(): Promise<void> {
  const stored = { keys: await copyTable(world.vault.keys), records: await copyTable(world.records) };
  // A site, by what it sends again and by what it asks.
  expect(await routes.consent(consent, soon)).toBe('erased');
  expect(await routes.records({ user, records: [record] }, soon)).toMatchObject({
    results: [{ status: 'rejected', errors: [{ message: 'erased' }] }],
  });
  expect(await routes.query(query, soon)).toEqual({ records: [], status: 'erased' });
  expect(await profileNow()).toBe(scene.profileId);
  expect({ keys: await copyTable(world.vault.keys), records: await copyTable(world.records) }).toEqual(
    stored,
  );
  expect(stored.keys.find(({ pk, sk }) => pk === `P#${scene.profileId}` && sk === 'ordinary')).toMatchObject({
    state: 'destroyed',
  });
  // The person, by the link of before and by a new request: what was retained is there.
  expect(await fetchBundle(ids.exported)).toBe('');
  const given = await askForAccess();
  expect(given).not.toContain(canary);
  expect(given === '' || given.includes('consents.json')).toBe(true);
}

describe('A7: after an erasure', () => {
  it('nothing comes back, and the person is given what was retained', async () => {
    await expectNothingBack();
    expect(await askForAccess()).toContain('terms-accepted');
  });

  it.each(tableNames.filter((name) => name !== 'keys'))(
    'nothing comes back where %s is restored to an hour before',
    async (name) => {
      await restoreTable(tableOf(name), before[name]);
      await expectNothingBack();
    },
  );

  it('nothing comes back where all but the keys and the ledger are', async () => {
    for (const name of tableNames)
      if (name !== 'keys' && name !== 'ledger') await restoreTable(tableOf(name), before[name]);
    await expectNothingBack();
  });

  it('restored keys serve nothing until every destruction that the ledger tells of is done again', async () => {
    for (const name of tableNames) if (name !== 'ledger') await restoreTable(tableOf(name), before[name]);
    // Why the rule is there.
    expect(await askForAccess()).toContain(canary);

    expect(await replayDestructions({ ledger: world.ledger, keys: world.vault.keys })).toEqual({
      told: 1,
      destroyed: 1,
    });

    await expectNothingBack();
  });

  it('a request that is restored to its cooling-off cannot be worked through a second time', async () => {
    await restoreTable(world.requests, coolingOff.requests);
    await expect(runErasure(world, ids.erasure, { now: () => now })).rejects.toThrow(TransactionRefused);
    await expectNothingBack();
  });
});
