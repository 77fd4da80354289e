import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '#shared/aws/object-prefix.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import { seal, unseal } from '#shared/vault/record-format.ts';
import type { ExportRecord } from '../export-record.ts';
import { formsOf, recordText, type RecordForm } from '../record-text.ts';
import type { Redaction } from '../redaction.ts';

/** Thrown when an object that a manifest names is not there, or empty. */
export class StagingIncomplete extends Error {
  override readonly name = 'StagingIncomplete';
}

/**
 * Records of one dataset of one profile, as they lie in staging: the text of each of their forms, sealed under the request's
 * key. `key` is what the names of these objects begin with, `bytes` what they have together.
 */
export type StagedPage = {
  readonly key: string;
  readonly controllerId: string;
  readonly dataset: ExportRecord['dataset'];
  readonly count: number;
  readonly bytes: number;
};
/**
 * What one run of the collector staged, from page `from` on. Counts and ids, no content. A run that is tried again
 * writes its manifest anew; pages that no manifest names are left to expire.
 */
export type StagingManifest = {
  readonly pages: readonly StagedPage[];
  readonly redactions: readonly Redaction[];
  /** Number of the next run's first page; none after the last run. */
  readonly next?: number;
};

const eightDigits = (page: number): string => String(page).padStart(8, '0');
export const pageKey = (requestId: string, attempt: number, page: number): string =>
  `${requestId}/${attempt}/page/${eightDigits(page)}`;
const manifestKey = (requestId: string, attempt: number, from: number): string =>
  `${requestId}/${attempt}/manifest/${eightDigits(from)}`;

const objectOf = (key: string, form: RecordForm): string => `${key}.${form}`;

type Identity = Pick<StagedPage, 'key' | 'controllerId' | 'dataset' | 'count'>;
/**
 * What the seal of a page binds: whose it is and how many records it holds, which the manifest says in clear, and the data
 * map whose columns it has. A builder of another data map opens nothing, so that the work is begun anew.
 */
const bindingOf = ({ key, controllerId, dataset, count }: Identity, form: RecordForm): string[] => [
  'staging',
  objectOf(key, form),
  controllerId,
  dataset,
  String(count),
  dataMapVersion,
];

/** Records of one page: they have passed through `redactForExport`. */
type Page = Omit<Identity, 'count'> & {
  readonly right: ExportRight;
  readonly records: readonly ExportRecord[];
};

/** Seals and stores one page, its forms side by side. @returns the page as a manifest names it. @throws RecordNotRedacted */
export async function stagePage(
  { s3, name }: Bucket,
  requestKey: Buffer,
  { key, controllerId, dataset, right, records }: Page,
): Promise<StagedPage> {
  const page = { key, controllerId, dataset, count: records.length };
  const puts = formsOf(dataset).map(async (form) => {
    const text = recordText(form, dataset, right, records);
    const Body = seal(requestKey, bindingOf(page, form), text);
    await s3.send(new PutObjectCommand({ Bucket: name, Key: objectOf(key, form), Body }));
    return Body.length;
  });
  // Nothing is left on its way when this ends, whatever failed.
  await Promise.allSettled(puts);
  const sizes = await Promise.all(puts);
  return { ...page, bytes: sizes.reduce((sum, size) => sum + size) };
}

/** The text of a page in one of its forms. @throws StagingIncomplete, SealBroken */
export async function readStagedPage(
  bucket: Bucket,
  requestKey: Buffer,
  page: Identity,
  form: RecordForm,
): Promise<Buffer> {
  return unseal(requestKey, bindingOf(page, form), await readObject(bucket, objectOf(page.key, form)));
}

export async function writeManifest(
  { s3, name }: Bucket,
  { requestId, attempt, from }: { requestId: string; attempt: number; from: number },
  manifest: StagingManifest,
): Promise<void> {
  const Key = manifestKey(requestId, attempt, from);
  await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: JSON.stringify(manifest) }));
}

/** The manifests of an attempt, from run to run. @throws StagingIncomplete */
export async function* readManifests(
  bucket: Bucket,
  { requestId, attempt }: { requestId: string; attempt: number },
): AsyncGenerator<StagingManifest, void> {
  let from: number | undefined = 0;
  while (from !== undefined) {
    const body = await readObject(bucket, manifestKey(requestId, attempt, from));
    const manifest = JSON.parse(Buffer.from(body).toString('utf8')) as StagingManifest;
    yield manifest;
    from = manifest.next;
  }
}

async function readObject({ s3, name }: Bucket, key: string): Promise<Uint8Array> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: key }));
    if (Body) return await Body.transformToByteArray();
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
  throw new StagingIncomplete('a staged object is missing');
}
