import { PassThrough } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { readInOrder } from '#shared/aws/read-ahead.ts';
import type { Table } from '#shared/aws/table.ts';
import type { Bucket } from '#shared/aws/object-prefix.ts';
import { transact } from '#shared/aws/transaction.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { dueOnOf } from '#shared/requests/deadlines/due-date.ts';
import { bundleObjectKey, putBundle } from '#shared/requests/bundles.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { requireExport } from '#shared/requests/states.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import type { BundleContent, ControllerFacts, RecordFile } from './bundle-content.ts';
import { planBundle, type BundlePlan } from './plan-bundles.ts';
import type { RecordForm } from './record-text.ts';
import { readManifests, readStagedPage } from './staging/staged-page.ts';
import { writeBundle, type SignManifest } from './write-bundle.ts';

export type BundleJob = {
  readonly requests: Table;
  readonly planKey: MacKey;
  readonly ledger: Table;
  readonly staging: Bucket;
  readonly bundles: Bucket;
  /** The request's key, lent for this build. */
  readonly key: Buffer;
  readonly sign: SignManifest;
  readonly describeController: (controllerId: string) => Promise<ControllerFacts | undefined>;
  readonly nameRecipient: NonNullable<BundleContent['nameRecipient']>;
  readonly issuer: BundleContent['issuer'];
  readonly dataMapVersion: string;
  /** Only tests make bundles smaller. */
  readonly limit?: number;
};

/** S3 takes longer to answer than a page takes to be compressed. */
const pagesAtOnce = 3;

/** The smallest parts that S3 takes, two on the way: bounded memory, and room for 48 GiB in 10,000 parts, far above a bundle. */
const upload = { partSize: 5 * 1024 ** 2, queueSize: 2 };

/**
 * Builds bundle `number` of a request from staging and stores it. Everything in it is fixed by the plan, so that a build
 * that is tried again makes the same bytes.
 * @returns the number of the next bundle, or undefined after the last
 * @throws PlanForged
 */
export async function buildBundle(
  job: BundleJob,
  request: RequestRecord,
  number: number,
  now: string,
): Promise<{ next?: number; bundles: number }> {
  const { requestId, attempt } = request;
  const plan = await planBundle(readManifests(job.staging, request), number, job.limit);
  const content = await describeContent(job, request, plan, number);
  const bytes = await storeBundle(job, content, bundleObjectKey(requestId, number));
  await transact(job.requests.client, [putBundle(job.requests, { requestId, number, attempt, bytes }, now)]);
  return number < plan.of ? { next: number + 1, bundles: plan.of } : { bundles: plan.of };
}

async function describeContent(
  job: BundleJob,
  request: RequestRecord,
  plan: BundlePlan,
  number: number,
): Promise<BundleContent> {
  const { requestId, receivedAt, dueAt, language } = request;
  const createdAt = request.plannedAt ?? request.receivedAt;
  const right = requireExport(request.right);
  const chain = await readChain(job.ledger, `R#${requestId}`);
  const timeline = chain.filter(({ at }) => at <= createdAt).map(({ at, type }) => ({ at, event: type }));
  const tasks = await requirePlan(job.requests, job.planKey, request);
  const inScope = Array.isArray(request.scope) ? request.scope : [];
  const ids = [...new Set([...tasks.map(({ controllerId }) => controllerId), ...inScope])].sort();
  const controllers = await Promise.all(ids.map(job.describeController));
  return {
    request: { requestId, right, receivedAt, dueAt, dueOn: dueOnOf(request), language, timeline },
    ...{ createdAt, number, of: plan.of, issuer: job.issuer, dataMapVersion: job.dataMapVersion },
    controllers: controllers.filter((controller) => controller !== undefined),
    files: plan.files.map((file) => recordFile(job, file)),
    redactions: plan.redactions,
    erasures: tasks.flatMap(({ controllerId, erasedAt }) =>
      erasedAt === undefined ? [] : [{ controllerId, erasedAt }],
    ),
    nameRecipient: job.nameRecipient,
  };
}

function recordFile(
  { staging, key }: BundleJob,
  { controllerId, dataset, pages }: BundlePlan['files'][number],
): RecordFile {
  const count = pages.reduce((sum, page) => sum + page.count, 0);
  const text = (form: RecordForm): AsyncGenerator<Buffer, void> =>
    readInOrder(pages, pagesAtOnce, (page) => readStagedPage(staging, key, page, form));
  return { place: 'vault', controllerId, dataset, count, text };
}

async function storeBundle(job: BundleJob, content: BundleContent, key: string): Promise<number> {
  const body = new PassThrough();
  const client: S3Client = job.bundles.s3;
  const params = { Bucket: job.bundles.name, Key: key, Body: body, ContentType: 'application/zip' };
  const stored = new Upload({ client, params, ...upload });
  const done = stored.done();
  const failure = done.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  try {
    const { bytes } = await writeBundle(content, body, job.sign);
    await done;
    return bytes;
  } catch (error) {
    body.destroy(error instanceof Error ? error : undefined);
    // An upload that fails ends the writing with it: its reason is the one that says whether to try again.
    const reason = (await failure) ?? error;
    await stored.abort();
    throw reason;
  }
}
