import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBundle, type BundleJob } from '#shared/bundle/build-bundle.ts';
import { collectPages, type CollectCursor } from '#shared/bundle/staging/collect-pages.ts';
import { pageKey } from '#shared/bundle/staging/staged-page.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { vaultPlace } from '#shared/places/vault-place.ts';
import { bundleObjectKey, readBundles } from '#shared/requests/bundles.ts';
import { planExport } from '#shared/requests/plan-export.ts';
import { readTasks } from '#shared/requests/tasks.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { sign } from '#test/shared/bundle/example-bundle.ts';
import { seedProfile, startedRequest } from '#test/support/export-work.ts';
import { requireRequest } from '#test/support/filed-request.ts';
import { makeWorld, openWorld, type World, type WorldNames } from '#test/support/vault-world.ts';
import { readZip } from '#test/support/zip.ts';

let names: WorldNames;
let world: World;
let controllerId: string;
let requestId: string;
const now = new Date('2027-06-15T12:00:00.000Z');

/** Twelve support cases and a consent, collected two records a page. */
async function collected(): Promise<string> {
  const profileId = await seedProfile(world, controllerId, 12);
  const id = await startedRequest(world, controllerId, profileId);
  await planExport(world, await requireRequest(world, id), {
    attempt: 1,
    dataMapVersion,
    now: now.toISOString(),
  });
  const tasks = await readTasks(world.requests, id, 1);
  const place = vaultPlace(world.records, world.vault, 2);
  await withKey(world.vault, `R#${id}`, 'request', async ({ key }) => {
    let cursor: CollectCursor | undefined = { task: 0, page: 0 };
    const job = {
      requestId: id,
      attempt: 1,
      right: 'access' as const,
      tasks,
      place,
      staging: world.staging,
      key,
    };
    while (cursor) cursor = await collectPages({ ...job, mayGoOn: () => false }, cursor);
  });
  return id;
}
async function build(number = 1, change: Partial<BundleJob> = {}) {
  const request = await requireRequest(world, requestId);
  const describeController = (id: string) =>
    Promise.resolve({
      controllerId: id,
      name: 'Shop',
      contact: 'p@shop.example',
      country: 'DE',
      kind: 'site' as const,
    });
  const nameRecipient = () => Promise.resolve(undefined);
  const issuer = { name: 'Vendor' };
  const built = await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
    buildBundle(
      { ...world, key, sign, describeController, nameRecipient, issuer, dataMapVersion, ...change },
      request,
      number,
      now.toISOString(),
    ),
  );
  return built.status === 'open' ? built.value : undefined;
}
async function filesOf(number: number): Promise<Map<string, Buffer>> {
  const object = { Bucket: world.bundles.name, Key: bundleObjectKey(requestId, number) };
  const { Body } = await world.bundles.s3.send(new GetObjectCommand(object));
  const files = [...(await readZip(Buffer.from((await Body?.transformToByteArray()) ?? [])))];
  return new Map(files.map(([name, bytes]) => [name.slice(name.indexOf('/') + 1), bytes]));
}
const unsigned = (files: Map<string, Buffer>) =>
  [...files]
    .filter(([name]) => !name.endsWith('.jws'))
    .map(([name, bytes]) => [name, bytes.toString('base64')]);
const subjects = (files: Map<string, Buffer>): string[] =>
  [...files]
    .filter(([name]) => name.endsWith('support-case.jsonl'))
    .flatMap(([, bytes]) => bytes.toString('utf8').trimEnd().split('\n'))
    .map((line) => (JSON.parse(line) as { data: { subject: string } }).data.subject);
/** Lets S3 refuse every write into the bundle bucket. */
function refuseUploads(error: Error): void {
  world.clients.s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { Bucket } = args.input as { Bucket?: string };
        return Bucket === names.bundles && /^(PutObject|UploadPart|CreateMultipart)/.test(commandName ?? '')
          ? Promise.reject(error)
          : next(args);
      },
    { step: 'initialize', name: 'refuse' },
  );
}

beforeAll(async () => {
  names = await makeWorld();
});
beforeEach(async () => {
  world = openWorld(names);
  controllerId = uuid();
  requestId = await collected();
});

describe('P22: buildBundle', () => {
  it('makes one bundle of all that was collected, and keeps its size, its links and its end', async () => {
    expect(await build()).toEqual({ bundles: 1 });

    expect(subjects(await filesOf(1)).sort()).toEqual(
      Array.from({ length: 12 }, (_, n) => `Subject ${n}`).sort(),
    );
    const [bundle] = await readBundles(world.requests, requestId);
    const { ContentLength, ContentType } = await world.bundles.s3.send(
      new GetObjectCommand({ Bucket: world.bundles.name, Key: bundle?.key ?? '' }),
    );
    expect(bundle).toEqual({
      requestId,
      number: 1,
      attempt: 1,
      key: `${requestId}/1.zip`,
      bytes: ContentLength,
      expiresAt: '2027-06-22T12:00:00.000Z',
      linksLeft: 5,
      state: 'stored',
    });
    expect(ContentType).toBe('application/zip');
  });

  it('makes numbered bundles where one would be too large: each record in one of them', async () => {
    const limit = { limit: 1_500 };
    const first = await build(1, limit);
    const bundles = first?.bundles ?? 0;
    const found = [...subjects(await filesOf(1))];

    expect(bundles).toBeGreaterThan(1);
    expect(first).toEqual({ next: 2, bundles });
    for (let number = 2; number <= bundles; number += 1) {
      expect(await build(number, limit)).toEqual(
        number < bundles ? { next: number + 1, bundles } : { bundles },
      );
      found.push(...subjects(await filesOf(number)));
    }
    expect(found.sort()).toEqual(Array.from({ length: 12 }, (_, n) => `Subject ${n}`).sort());
    expect(await readBundles(world.requests, requestId)).toHaveLength(bundles);
  });

  it('built again, later, makes the same files', async () => {
    await build();
    const before = unsigned(await filesOf(1));

    await build();

    expect(unsigned(await filesOf(1))).toEqual(before);
    expect(before.length).toBeGreaterThan(10);
    expect(await readBundles(world.requests, requestId)).toHaveLength(1);
  });

  it.each(['Throttling', 'SlowDown'])(
    'fails as S3 does, with %s, and says nothing of a bundle',
    async (name) => {
      refuseUploads(Object.assign(new Error('no'), { name }));

      await expect(build()).rejects.toMatchObject({ name });
      expect(await readBundles(world.requests, requestId)).toEqual([]);
    },
  );

  it('fails where a staged page is missing: half of an answer is none', async () => {
    const page = { Bucket: world.staging.name, Key: `${pageKey(requestId, 1, 1)}.jsonl` };
    await world.staging.s3.send(new DeleteObjectCommand(page));

    await expect(build()).rejects.toMatchObject({ name: 'StagingIncomplete' });
    expect(await readBundles(world.requests, requestId)).toEqual([]);
  });

  it('fails as the signing does, and leaves no half of a bundle behind', async () => {
    const refused = Object.assign(new Error('no'), { name: 'AttemptSuperseded' });

    await expect(build(1, { sign: () => Promise.reject(refused) })).rejects.toBe(refused);

    expect(await readBundles(world.requests, requestId)).toEqual([]);
    const objects = { Bucket: world.bundles.name, Prefix: requestId };
    expect((await world.bundles.s3.send(new ListObjectsV2Command(objects))).Contents ?? []).toEqual([]);
    expect((await world.bundles.s3.send(new ListMultipartUploadsCommand(objects))).Uploads ?? []).toEqual([]);
  });
});
