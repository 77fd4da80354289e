import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { vaultPlace } from '#shared/places/vault-place.ts';
import type { IncomingRecord } from '#shared/vault/incoming-record.ts';
import { recordRead } from '#shared/vault/collect/record-read.ts';
import { readRecordPage } from '#shared/vault/read-records.ts';
import { alice, device, minute, startCollecting, type Collecting } from '#test/support/collecting.ts';
import { erasureOf } from '#test/support/vault-erasure.ts';
import { makeWorld, type WorldNames } from '#test/support/vault-world.ts';

const erasedAt = minute(20);
const invoice = (index: number, collectedAt = minute(0)): IncomingRecord => ({
  ...{ index, dataset: dataMap.billing, externalId: `invoice-${index}`, collectedAt, basis: 'contract' },
  data: { invoiceNumber: `R-${index}`, amount: '1.00', currency: 'EUR', issuedAt: minute(0) },
});
const everything = async ({ world, profile: { profileId } }: Collecting): Promise<unknown[]> => [
  ...(await queryAll(world.records, `P#${profileId}`)),
  ...(await queryAll(world.directory, `P#${profileId}`)),
];

let names: WorldNames;
/** A profile whose keys an erasure destroyed, and whose rows in `directory` stand as they stood before. */
let site: Collecting;
let before: unknown[];
beforeAll(async () => {
  names = await makeWorld();
  const erased = await startCollecting(names);
  const { world, profile } = erased;
  await erased.consent('given', ['terms-accepted'], { named: [alice] });
  await erased.collect([device(0), invoice(1)]);
  const backup = await queryAll(world.directory, `P#${profile.profileId}`);
  await erasureOf(world, profile.profileId, { now: erasedAt }).all();
  for (const Item of backup)
    await world.clients.dynamo.send(new PutCommand({ TableName: world.directory.name, Item }));
  site = await startCollecting(names, profile.profileId);
  before = await everything(site);
});

describe('A7: where the directory was restored to before an erasure, the profile', () => {
  it('is open by its row, and holds what was retained', async () => {
    expect(site.profile.state).toBe('open');
    const rows = await queryAll(site.world.records, `P#${site.profile.profileId}`, 'billing#');
    expect(rows).toHaveLength(1);
  });

  it.each([minute(0), minute(30)])('keeps no decision of %s', async (at) => {
    for (const decision of ['given', 'refused', 'withdrawn'] as const)
      await expect(site.consent(decision, ['terms-accepted'], { at, named: [alice] })).rejects.toMatchObject({
        code: 'erased',
      });

    expect(await everything(site)).toEqual(before);
  });

  it.each([
    { what: 'one that is retained', records: [invoice(2, minute(30))] },
    { what: 'the one that it still has', records: [invoice(1)] },
    { what: 'an ordinary one', records: [device(0, { collectedAt: minute(30) })] },
    { what: 'of both scopes', records: [device(0), invoice(1), invoice(2)] },
  ])('takes no record: $what', async ({ records }) => {
    const collected = await site.collect(records, [{ ...alice, hash: 'hash-new' }]);

    expect([...collected.values()]).toEqual(records.map(() => ({ outcome: 'erased' })));
    expect(await everything(site)).toEqual(before);
  });

  it.each(['billing', 'consent', 'disclosure', 'device'])(
    'gives a site nothing of %s, and keeps no read of it',
    async (dataset) => {
      const { world, profile } = site;
      const { profileId } = profile;
      const read = { siteId: uuid(), dataset, purpose: 'login', readId: uuid(), at: minute(40) };

      expect(await recordRead(world, profile, read)).toBe('erased');
      expect(await readRecordPage(world, { profileId, dataset, readerId: 'r' })).toEqual({
        ...{ status: 'erased', at: erasedAt },
      });
      expect(await everything(site)).toEqual(before);
    },
  );

  it('G15: gives its person what was retained', async () => {
    const { world, profile } = site;
    const datasets: string[] = [];
    for await (const page of vaultPlace(world.records, world.vault).export(profile.profileId)) {
      expect(page.erasedAt).toBe(erasedAt);
      datasets.push(...page.records.map(({ dataset }) => dataset));
    }

    expect(datasets).toContain('billing');
  });
});
