import * as z from 'zod';
import { inFlight } from '#shared/aws/in-flight.ts';
import type { Bucket } from '#shared/aws/object-prefix.ts';
import { dataMap, findDataset, type DatasetName } from '#shared/data-map/data-map.ts';
import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import type { Place, PlacePage, PlaceRecord } from '#shared/places/place.ts';
import { ProfileChanged } from '#shared/requests/conclude.ts';
import type { Task } from '#shared/requests/tasks.ts';
import type { ExportRecord } from '../export-record.ts';
import { redactForExport } from '../redact-for-export.ts';
import { redaction, sumRedactions, type Redaction } from '../redaction.ts';
import { pageKey, stagePage, writeManifest, type StagedPage } from './staged-page.ts';

/** Where a run goes on: in which task, after which record, with which page number. Ids and counts only. */
export const collectCursor = z.strictObject({
  task: z.number().int().min(0),
  after: z.string().optional(),
  page: z.number().int().min(0),
});
export type CollectCursor = z.output<typeof collectCursor>;

export type Collecting = {
  readonly requestId: string;
  readonly attempt: number;
  readonly right: ExportRight;
  readonly tasks: readonly Task[];
  readonly place: Place;
  readonly staging: Bucket;
  /** The request's key, lent for this run. */
  readonly key: Buffer;
  /** Whether there is time for one more page. */
  readonly mayGoOn: () => boolean;
};

/**
 * Collects pages of the planned profiles into staging until its time is over: one page is in work, the one before it on its
 * way to staging, the next on its way here, whatever a profile holds. What the right does not give is left out and counted.
 * @returns where the next run goes on, or undefined when all is collected
 * @throws ProfileChanged when a profile was erased meanwhile
 */
export async function collectPages(
  job: Collecting,
  start: CollectCursor,
): Promise<CollectCursor | undefined> {
  const { requestId, attempt, tasks } = job;
  const pages: StagedPage[] = [];
  let redactions: Redaction[] = [];
  let cursor: CollectCursor | undefined = start.task < tasks.length ? start : undefined;
  const staging = inFlight(1);
  try {
    for await (const { task, page } of pagesFrom(job, start)) {
      if (!cursor) break;
      const shown = showRecords(job.right, task, page.records);
      const objects = [...Map.groupBy(shown.records, ({ dataset }) => dataset)];
      const first: number = cursor.page;
      await staging.start(async () => pages.push(...(await stageRecords(job, task, objects, first))));
      redactions = sumRedactions([...redactions, ...shown.redactions]);
      cursor = advance(cursor, page.next, objects.length, tasks.length);
      if (!cursor || !job.mayGoOn()) break;
    }
  } finally {
    // Before the key that pages are sealed with is taken back.
    await staging.end();
  }
  const manifest = { pages, redactions, ...(cursor ? { next: cursor.page } : {}) };
  await writeManifest(job.staging, { requestId, attempt, from: start.page }, manifest);
  return cursor;
}

/** The pages of each task's profile, from a cursor on. */
async function* pagesFrom(
  { requestId, tasks, place }: Collecting,
  start: CollectCursor,
): AsyncGenerator<{ task: Task; page: PlacePage }, void> {
  for (const [index, task] of tasks.slice(start.task).entries()) {
    for await (const page of place.export(task.profileId, index === 0 ? start.after : undefined)) {
      if (page.erasedAt !== task.erasedAt)
        throw new ProfileChanged(`a profile of request ${requestId} was erased`);
      yield { task, page };
    }
  }
}

/** A cursor that moves on always has a new page number, since the manifests of runs are named by it. */
function advance(
  { task, page }: CollectCursor,
  after: string | undefined,
  staged: number,
  tasks: number,
): CollectCursor | undefined {
  const next = page + Math.max(staged, 1);
  if (after !== undefined) return { task, after, page: next };
  return task + 1 < tasks ? { task: task + 1, page: next } : undefined;
}

async function stageRecords(
  { requestId, attempt, right, staging, key }: Collecting,
  { controllerId }: Task,
  objects: readonly [ExportRecord['dataset'], readonly ExportRecord[]][],
  first: number,
): Promise<StagedPage[]> {
  const pages: StagedPage[] = [];
  for (const [dataset, records] of objects) {
    const object = pageKey(requestId, attempt, first + pages.length);
    pages.push(await stagePage(staging, key, { key: object, controllerId, dataset, right, records }));
  }
  return pages;
}

function showRecords(
  right: ExportRight,
  { controllerId, storedFrom }: Task,
  records: readonly PlaceRecord[],
): { records: ExportRecord[]; redactions: Redaction[] } {
  const redactions: Redaction[] = [];
  const kept = records.flatMap((record) => {
    const shown = showRecord(right, record, storedFrom);
    redactions.push(...shown.redactions.map((one) => ({ ...one, controllerId })));
    return shown.record ? [shown.record] : [];
  });
  return { records: kept, redactions };
}

function showRecord(
  right: ExportRight,
  record: PlaceRecord,
  storedFrom: string | undefined,
): { record?: ExportRecord; redactions: readonly Redaction[] } {
  const dataset = findDataset(record.dataset);
  // A dataset that the map no longer holds cannot be described, nor can its fields be cleared for release.
  if (!dataset) return { redactions: [redaction(record.dataset as DatasetName, 'not-in-data-map')] };
  if (storedFrom !== undefined && record.storedAt < storedFrom) {
    return { redactions: [redaction(dataset.name, 'identifier-linked-recently')] };
  }
  return redactForExport(right, dataMap[dataset.name], { ...record, dataset: dataset.name });
}
