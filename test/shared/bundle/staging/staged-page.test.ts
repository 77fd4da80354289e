import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '#shared/bundle/export-record.ts';
import {
  pageKey,
  readManifests,
  readStagedPage,
  stagePage,
  writeManifest,
  type StagingManifest,
} from '#shared/bundle/staging/staged-page.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { seal } from '#shared/vault/record-format.ts';
import { fakeBucket } from './fake-bucket.ts';

const key = Buffer.alloc(32, 7);
const at = '2027-06-15T12:00:00.000Z';
const records: ExportRecord[] = [
  {
    recordId: 'r1',
    dataset: 'device',
    collectedAt: at,
    storedAt: at,
    basis: 'consent',
    data: { ip: 'canary-192.0.2.1' },
  },
];
const attempt = { requestId: 'request-1', attempt: 2 };

const key0 = 'request-1/2/page/00000000';
const page = { key: key0, controllerId: 'c', dataset: 'device', right: 'access', records } as const;
const named = { key: key0, controllerId: 'c', dataset: 'device', count: 1 } as const;

describe('A8: a staged page', () => {
  it('is sealed under the request’s key in both forms, and tells its size', async () => {
    const bucket = fakeBucket();

    const { bytes, ...identity } = await stagePage(bucket, key, page);
    expect(identity).toEqual(named);

    expect(pageKey('request-1', 2, 0)).toBe(key0);
    expect([...bucket.objects.keys()]).toEqual([`${key0}.jsonl`, `${key0}.csv`]);
    const stored = Buffer.concat([...bucket.objects.values()]);
    expect(stored).toHaveLength(bytes);
    expect(stored.toString('latin1')).not.toContain('canary');
    const text = async (form: 'jsonl' | 'csv') =>
      (await readStagedPage(bucket, key, named, form)).toString('utf8');
    expect(JSON.parse(await text('jsonl'))).toEqual(records[0]);
    expect(await text('csv')).toMatch(/^r1,.*canary-192\.0\.2\.1.*\r\n$/);
  });

  it('of consents is JSON Lines alone: they have a file of their own', async () => {
    const bucket = fakeBucket();
    await stagePage(bucket, key, { ...page, dataset: 'consent', records: [] });
    expect([...bucket.objects.keys()]).toEqual([`${key0}.jsonl`]);
  });

  it('opens under that key and as that page and form alone', async () => {
    const bucket = fakeBucket();
    await stagePage(bucket, key, page);
    const lines = bucket.objects.get(`${key0}.jsonl`) ?? Buffer.of();
    const elsewhere = 'request-2/1/page/00000000';
    bucket.objects.set(`${elsewhere}.jsonl`, lines).set(`${key0}.csv`, lines);

    await expect(readStagedPage(bucket, Buffer.alloc(32, 8), named, 'jsonl')).rejects.toThrow(
      'authentication failed',
    );
    const broken = { name: 'SealBroken' };
    await expect(readStagedPage(bucket, key, { ...named, key: elsewhere }, 'jsonl')).rejects.toMatchObject(
      broken,
    );
    await expect(readStagedPage(bucket, key, named, 'csv')).rejects.toMatchObject(broken);
  });

  it.each([{ controllerId: 'other' }, { dataset: 'credential' as const }, { count: 2 }])(
    'A29: is of its controller and dataset, with its number of records, whatever a manifest says: not %o',
    async (change) => {
      const bucket = fakeBucket();
      await stagePage(bucket, key, page);
      for (const form of ['jsonl', 'csv'] as const)
        await expect(readStagedPage(bucket, key, { ...named, ...change }, form)).rejects.toMatchObject({
          name: 'SealBroken',
        });
    },
  );

  it('has the columns of one data map: a builder of another opens nothing', async () => {
    const bucket = fakeBucket();
    const object = `${key0}.jsonl`;
    const other = ['staging', object, 'c', 'device', '1', `sha256:${'0'.repeat(64)}`];
    bucket.objects.set(object, seal(key, other, Buffer.from('{}\n')));
    await expect(readStagedPage(bucket, key, named, 'jsonl')).rejects.toMatchObject({ name: 'SealBroken' });
    bucket.objects.set(object, seal(key, [...other.slice(0, -1), dataMapVersion], Buffer.from('{}\n')));
    expect((await readStagedPage(bucket, key, named, 'jsonl')).toString()).toBe('{}\n');
  });

  it('P08: takes no record that was not redacted, and stores nothing of it', async () => {
    const bucket = fakeBucket();
    const secret = { ...page, dataset: 'licence' as const };
    await expect(stagePage(bucket, key, secret)).rejects.toMatchObject({ name: 'RecordNotRedacted' });
    expect(bucket.objects.size).toBe(0);
  });
});

describe('manifests', () => {
  const manifest = (count: number, next?: number): StagingManifest => ({
    pages: [{ key: 'k', controllerId: 'c', dataset: 'device', count, bytes: 9 }],
    redactions: [],
    ...(next === undefined ? {} : { next }),
  });
  async function readAll(bucket: ReturnType<typeof fakeBucket>): Promise<StagingManifest[]> {
    const manifests: StagingManifest[] = [];
    for await (const one of readManifests(bucket, attempt)) manifests.push(one);
    return manifests;
  }

  it('are read from run to run, by the number of the next run’s first page', async () => {
    const bucket = fakeBucket();
    await writeManifest(bucket, { ...attempt, from: 0 }, manifest(1, 3));
    await writeManifest(bucket, { ...attempt, from: 3 }, manifest(2, 10));
    await writeManifest(bucket, { ...attempt, from: 10 }, manifest(3));
    // What an earlier try and another attempt left: nobody names it.
    await writeManifest(bucket, { ...attempt, from: 5 }, manifest(99));
    await writeManifest(bucket, { requestId: 'request-1', attempt: 1, from: 0 }, manifest(99));

    expect((await readAll(bucket)).map(({ pages }) => pages[0]?.count)).toEqual([1, 2, 3]);
    expect([...bucket.objects.keys()][0]).toBe('request-1/2/manifest/00000000');
  });

  it('with one missing are no whole: the bundle is not built', async () => {
    const bucket = fakeBucket();
    await writeManifest(bucket, { ...attempt, from: 0 }, manifest(1, 3));

    await expect(readAll(bucket)).rejects.toMatchObject({ name: 'StagingIncomplete' });
  });

  it('a page that is missing or empty is an error with a name, never an empty page', async () => {
    const bucket = fakeBucket();
    await expect(
      readStagedPage(bucket, key, { ...named, key: 'request-1/2/page/00000009' }, 'jsonl'),
    ).rejects.toMatchObject({
      name: 'StagingIncomplete',
    });

    bucket.calls.on(GetObjectCommand).resolves({});
    await expect(readStagedPage(bucket, key, { ...named, key: 'k' }, 'csv')).rejects.toMatchObject({
      name: 'StagingIncomplete',
    });
    bucket.calls.on(GetObjectCommand).rejects(new Error('throttled'));
    await expect(readStagedPage(bucket, key, { ...named, key: 'k' }, 'csv')).rejects.toThrow('throttled');
  });
});
