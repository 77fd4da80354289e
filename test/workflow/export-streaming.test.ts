import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataMap } from '#shared/data-map/data-map.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { sealIncoming } from '#shared/vault/incoming-record.ts';
import { recordKey } from '#shared/vault/record-store.ts';
import { runExport, seedProfile, startedRequest } from '#test/support/export-work.ts';
import { makeWorld, openWorld, type World } from '#test/support/vault-world.ts';
import { readZip } from '#test/support/zip.ts';

const count = 5_000;
const pageSize = 100;
/** Characters of each record: 20 MB in all. */
const textSize = 4_000;
const controllerId = uuid();
let world: World;
let profileId: string;

/** Seeds what a site sent over months, past the rules of collecting, which other tests hold. */
async function seedMany({ vault, records, clients }: World): Promise<void> {
  const at = '2026-11-01T10:00:00.000Z';
  await withKey(vault, `P#${profileId}`, 'ordinary', async ({ key }) => {
    for (let start = 0; start < count; start += 25) {
      const rows = await Promise.all(
        Array.from({ length: 25 }, (_, index) => {
          const data = {
            seenAt: at,
            ip: '192.0.2.7',
            userAgent: `Browser ${start + index} ${'x'.repeat(textSize)}`,
          };
          const basis = 'consent' as const;
          const record = {
            index,
            dataset: dataMap.device,
            externalId: `session-${start + index}`,
            collectedAt: at,
            basis,
            data,
          };
          return sealIncoming(key, profileId, record, { storedAt: at, freshId: '' });
        }),
      );
      const puts = rows.flatMap((row) =>
        row === 'too-large'
          ? []
          : [{ PutRequest: { Item: { ...recordKey(profileId, row.dataset, row.recordId), ...row } } }],
      );
      await clients.dynamo.send(new BatchWriteCommand({ RequestItems: { [records.name]: puts } }));
    }
  });
}

/** Counts objects of staging that are being written or read at the same moment. */
function watchPages({ clients }: World): { most: () => number; pages: () => number } {
  let [now, most, pages] = [0, 0, 0];
  clients.s3.middlewareStack.add(
    (next) => async (args) => {
      const { Key = '' } = args.input as { Key?: string };
      if (!Key.includes('/page/')) return next(args);
      pages += 1;
      now += 1;
      most = Math.max(most, now);
      try {
        return await next(args);
      } finally {
        now -= 1;
      }
    },
    { step: 'initialize', name: 'watch' },
  );
  return { most: () => most, pages: () => pages };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** By how much a series rises from its first fifth to its last; what is noise in one value is none in the medians. */
const riseOf = (values: readonly number[]): number => {
  const fifth = Math.ceil(values.length / 5);
  return median(values.slice(-fifth)) - median(values.slice(0, fifth));
};

/** By how many MB that outlive a garbage collection the memory rises while pages are written, and while they are read. */
async function whileWatchingMemory(
  { clients }: World,
  work: () => Promise<void>,
): Promise<{ written: number; read: number }> {
  const kept = { written: [] as number[], read: [] as number[] };
  clients.s3.middlewareStack.add(
    (next) => async (args) => {
      const { Key = '', Body } = args.input as { Key?: string; Body?: unknown };
      if (Key.includes('/page/')) {
        await nextTurn();
        collectGarbage();
        const { heapUsed, external } = process.memoryUsage();
        kept[Body ? 'written' : 'read'].push((heapUsed + external) / 1e6);
      }
      return next(args);
    },
    { step: 'initialize', name: 'memory' },
  );
  await work();
  clients.s3.middlewareStack.remove('memory');
  return { written: riseOf(kept.written), read: riseOf(kept.read) };
}

beforeAll(async () => {
  world = openWorld(await makeWorld());
  profileId = await seedProfile(world, controllerId, 0);
  await seedMany(world);
});

describe('an export of 5,000 records', () => {
  it('P22: holds every one, with three staged texts on their way at the most, and none kept', async () => {
    const requestId = await startedRequest(world, controllerId, profileId);
    const watch = watchPages(world);
    const rise = await whileWatchingMemory(world, () =>
      runExport(world, requestId, { pageSize, pagesPerRun: 100 }),
    );
    const key = `${requestId}/1.zip`;
    const { Body } = await world.bundles.s3.send(
      new GetObjectCommand({ Bucket: world.bundles.name, Key: key }),
    );
    const files = await readZip(Buffer.from((await Body?.transformToByteArray()) ?? []));
    const [lines] = [...files]
      .filter(([name]) => name.endsWith('/device.jsonl'))
      .map(([, bytes]) => bytes.toString());
    const agents = new Set(
      lines
        ?.trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Line).data.userAgent),
    );
    expect(agents.size).toBe(count);
    // Written in both forms, and each of them read once.
    expect(watch.pages()).toBeGreaterThanOrEqual((4 * count) / pageSize);
    expect(watch.most()).toBe(3);
    const all = (count * textSize) / 1e6;
    // Pages that were kept would be four fifths of all when the last fifth is reached.
    expect(rise.written).toBeLessThan(all / 3);
    expect(rise.read).toBeLessThan(all / 3);
  });
});

type Line = { data: { userAgent: string } };
