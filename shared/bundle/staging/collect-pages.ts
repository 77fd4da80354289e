import * as z from 'zod';
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
 * Collects pages of the planned profiles into staging until its time is over: one page is in work at a time, and the next on
 * its way, whatever a profile holds. What the right does not give is left out here and counted.
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
  let coming = cursor && readAhead(job, cursor);
  while (cursor && coming) {
    const { task, page }: ReadPage = await coming;
    const shown = showRecords(job.right, task, page.records);
    const objects = [...Map.groupBy(shown.records, ({ dataset }) => dataset)];
    const first: number = cursor.page;
    cursor = advance(cursor, page.next, objects.length, tasks.length);
    coming = cursor && job.mayGoOn() ? readAhead(job, cursor) : undefined;
    pages.push(...(await stageRecords(job, task, objects, first)));
    redactions = sumRedactions([...redactions, ...shown.redactions]);
  }
  const manifest = { pages, redactions, ...(cursor ? { next: cursor.page } : {}) };
  await writeManifest(job.staging, { requestId, attempt, from: start.page }, manifest);
  return cursor;
}

type ReadPage = { readonly task: Task; readonly page: PlacePage };

/** Begins to read a page while the one before it is worked on. Who awaits it learns of its failure, and nobody else. */
function readAhead(job: Collecting, cursor: CollectCursor): Promise<ReadPage> {
  const reading = readPage(job, cursor);
  reading.catch(() => undefined);
  return reading;
}

async function readPage({ requestId, tasks, place }: Collecting, cursor: CollectCursor): Promise<ReadPage> {
  const task = tasks[cursor.task];
  if (!task) throw new RangeError('a cursor is beyond the tasks');
  const page = await place.export(task.profileId, cursor.after);
  if (page.erasedAt !== task.erasedAt)
    throw new ProfileChanged(`a profile of request ${requestId} was erased`);
  return { task, page };
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
  { requestId, attempt, staging, key }: Collecting,
  { controllerId }: Task,
  objects: readonly [ExportRecord['dataset'], readonly ExportRecord[]][],
  first: number,
): Promise<StagedPage[]> {
  const pages: StagedPage[] = [];
  for (const [dataset, records] of objects) {
    const object = pageKey(requestId, attempt, first + pages.length);
    const bytes = await stagePage(staging, key, object, records);
    pages.push({ key: object, controllerId, dataset, count: records.length, bytes });
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
