import { describe, expect, it } from 'vitest';
import {
  collectCursor,
  collectPages,
  type CollectCursor,
  type Collecting,
} from '#shared/bundle/staging/collect-pages.ts';
import { readManifests, readStagedPage } from '#shared/bundle/staging/staged-page.ts';
import type { Place, PlaceRecord } from '#shared/places/place.ts';
import type { Task } from '#shared/requests/tasks.ts';
import { fakeBucket } from './fake-bucket.ts';

const key = Buffer.alloc(32, 7);
const at = (minute: number): string => new Date(Date.UTC(2027, 5, 15, 12, minute)).toISOString();
const record = (n: number, change: Partial<PlaceRecord> = {}): PlaceRecord => ({
  recordId: `r${n}`,
  dataset: 'device',
  basis: 'consent',
  collectedAt: at(n),
  storedAt: at(n),
  data: { seenAt: at(n), ip: `192.0.2.${n}` },
  ...change,
});
const task = (profileId: string, change: Partial<Task> = {}): Task => ({
  place: 'vault',
  profileId,
  controllerId: `controller-of-${profileId}`,
  aim: 'export',
  epoch: 1,
  attempt: 1,
  state: 'open',
  mac: 'mac',
  ...change,
});

/** A place whose profiles are lists of pages; the cursor is the number of the next. */
function placeOf(profiles: Record<string, PlaceRecord[][]>): Place & { read: string[] } {
  const read: string[] = [];
  return {
    name: 'vault',
    assurance: 'vendor-scanned',
    read,
    export: async function* (profileId, after) {
      const pages = profiles[profileId];
      for (let number = Number(after ?? 0); ; number += 1) {
        read.push(`${profileId}/${number === 0 ? 'start' : number}`);
        const more = pages && number + 1 < pages.length ? { next: String(number + 1) } : {};
        yield await Promise.resolve(
          pages ? { records: pages[number] ?? [], ...more } : { records: [], erasedAt: at(9) },
        );
        if (more.next === undefined) return;
      }
    },
  };
}
type Bucket = ReturnType<typeof fakeBucket>;
const jobOf = (
  place: Place,
  tasks: Task[],
  change: Partial<Collecting> = {},
): Collecting & { staging: Bucket } => ({
  requestId: 'request-1',
  attempt: 1,
  right: 'access',
  tasks,
  place,
  key,
  mayGoOn: () => true,
  ...change,
  staging: fakeBucket(),
});
/** Runs to the end, as the workflow does; the cursor passes through JSON and its schema each time. */
async function collectAll(job: Collecting): Promise<CollectCursor[]> {
  const cursors: CollectCursor[] = [];
  let cursor: CollectCursor | undefined = { task: 0, page: 0 };
  while (cursor) {
    cursors.push(cursor);
    const next: CollectCursor | undefined = await collectPages(job, cursor);
    cursor = next && collectCursor.parse(JSON.parse(JSON.stringify(next)));
  }
  return cursors;
}
async function staged(job: Collecting & { staging: Bucket }) {
  const found = { records: [] as string[], pages: [] as string[], redactions: [] as unknown[] };
  for await (const { pages, redactions } of readManifests(job.staging, job)) {
    found.redactions.push(...redactions);
    for (const page of pages) {
      const lines = (await readStagedPage(job.staging, key, page, 'jsonl')).toString('utf8').split('\n');
      const records = lines.slice(0, -1).map((line) => JSON.parse(line) as PlaceRecord);
      const objects = [...job.staging.objects].filter(([name]) => name.startsWith(page.key));
      const bytes = objects.reduce((sum, [, { length }]) => sum + length, 0);
      expect(page).toMatchObject({ count: records.length, bytes });
      found.pages.push(`${page.controllerId}/${page.dataset}`);
      found.records.push(...records.map(({ recordId }) => recordId));
    }
  }
  return found;
}
const two = { p1: [[record(1), record(2)], [record(3)], []], p2: [[], [record(4)], [record(5)]] };

describe('P22: collectPages', () => {
  it.each([
    { time: 'for all', mayGoOn: () => true, runs: 1 },
    { time: 'for one page a run', mayGoOn: () => false, runs: 6 },
  ])('stages every record of every profile once, with time $time', async ({ mayGoOn, runs }) => {
    const job = jobOf(placeOf(two), [task('p1'), task('p2')], { mayGoOn });

    const cursors = await collectAll(job);

    expect(cursors).toHaveLength(runs);
    expect((await staged(job)).records).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    expect(new Set(cursors.map(({ page }) => page)).size).toBe(runs);
  });

  it('goes on in the task and after the page where the run before stopped', async () => {
    const place = placeOf(two);

    const cursors = await collectAll(jobOf(place, [task('p1'), task('p2')], { mayGoOn: () => false }));

    expect(place.read).toEqual(['p1/start', 'p1/1', 'p1/2', 'p2/start', 'p2/1', 'p2/2']);
    expect(cursors.map((cursor) => [cursor.task, cursor.after])).toEqual([
      [0, undefined],
      [0, '1'],
      [0, '2'],
      [1, undefined],
      [1, '1'],
      [1, '2'],
    ]);
  });

  it('a run that is tried again, shorter than before, loses nothing and doubles nothing', async () => {
    // Prepare: the first try gets to the end, but its answer is lost.
    const job = jobOf(placeOf(two), [task('p1'), task('p2')]);
    await collectPages(job, { task: 0, page: 0 });

    // Act
    await collectAll({ ...job, mayGoOn: () => false });

    // Assess
    expect((await staged(job)).records).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it('writes a manifest also where there is nothing', async () => {
    const none = jobOf(placeOf({}), []);
    expect(await collectPages(none, { task: 0, page: 0 })).toBeUndefined();
    expect(await staged(none)).toEqual({ records: [], pages: [], redactions: [] });
  });

  it('A29: puts each controller’s datasets into pages of their own', async () => {
    const mixed = [record(1), record(2, { dataset: 'support-case', data: { category: 'help' } }), record(3)];
    const job = jobOf(placeOf({ p1: [mixed], p2: [[record(4)]] }), [task('p1'), task('p2')]);

    await collectAll(job);

    const { pages, records } = await staged(job);
    expect(pages).toEqual([
      'controller-of-p1/device',
      'controller-of-p1/support-case',
      'controller-of-p2/device',
    ]);
    expect(records).toEqual(['r1', 'r3', 'r2', 'r4']);
  });

  it('race 6: stops where a profile was erased, and stages nothing more', async () => {
    const job = jobOf(placeOf({ p1: [[record(1)]] }), [task('p1'), task('gone')]);

    await expect(collectAll(job)).rejects.toMatchObject({ name: 'ProfileChanged' });
    await expect(staged(job)).rejects.toMatchObject({ name: 'StagingIncomplete' });
  });

  it('race 6: stages what an erased profile had to keep, where that was planned, and of that erasure alone', async () => {
    const kept = { name: 'vault', assurance: 'vendor-scanned' } as const;
    const place: Place = {
      ...kept,
      export: async function* () {
        yield await Promise.resolve({ records: [record(1)], erasedAt: at(9) });
      },
    };
    const job = jobOf(place, [task('erased', { erasedAt: at(9) })]);

    await collectAll(job);

    expect(await staged(job)).toMatchObject({ records: ['r1'] });
    await expect(collectAll(jobOf(place, [task('open')]))).rejects.toMatchObject({ name: 'ProfileChanged' });
  });
});

describe('what is left out is counted', () => {
  it('A4: records from before a newly linked identifier, for its task alone', async () => {
    const [newcomer, known] = [task('p1', { storedFrom: at(2) }), task('p2')];
    const job = jobOf(placeOf({ p1: [[record(1), record(2), record(3)]], p2: [[record(1)]] }), [
      newcomer,
      known,
    ]);

    await collectAll(job);

    expect(await staged(job)).toMatchObject({
      records: ['r2', 'r3', 'r1'],
      redactions: [{ controllerId: 'controller-of-p1', reason: 'identifier-linked-recently', count: 1 }],
    });
  });

  it('P08, P25: secrets, and what is not portable, summed over all pages of a run', async () => {
    const question = (n: number) =>
      record(n, { dataset: 'security-question', data: { question: 'City?', answer: 'scrypt$canary' } });
    const pages = [[question(1), record(2, { basis: 'legal-obligation' })], [question(3)]];
    const access = jobOf(placeOf({ p1: pages }), [task('p1')]);
    const portability = jobOf(placeOf({ p1: pages }), [task('p1')], { right: 'portability' });

    await collectAll(access);
    await collectAll(portability);

    expect(await staged(access)).toMatchObject({
      records: ['r1', 'r2', 'r3'],
      redactions: [{ dataset: 'security-question', field: 'answer', reason: 'secret', count: 2 }],
    });
    const { records, redactions } = await staged(portability);
    expect(records).toEqual(['r1', 'r3']);
    expect(redactions).toContainEqual(expect.objectContaining({ reason: 'basis-not-portable', count: 1 }));
  });

  it('P01: a dataset that the map no longer knows is withheld and listed', async () => {
    const job = jobOf(placeOf({ p1: [[record(1, { dataset: 'forgotten' }), record(2)]] }), [task('p1')]);

    await collectAll(job);

    expect(await staged(job)).toMatchObject({
      records: ['r2'],
      redactions: [{ dataset: 'forgotten', reason: 'not-in-data-map', count: 1 }],
    });
  });
});
