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
            userAgent: `Browser ${start + index} ${'x'.repeat(200)}`,
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

/** Every page passes through JSON on its way to staging and back: how many of them are still kept when another one is due. */
async function whileWatchingMemory(
  { clients }: World,
  work: () => Promise<void>,
): Promise<{ seen: number; mostKept: number }> {
  const seen: WeakRef<object>[] = [];
  let mostKept = 0;
  const [parse, stringify] = [JSON.parse.bind(JSON), JSON.stringify.bind(JSON)];
  const remember = (value: unknown): void => {
    if (Array.isArray(value) && value.length > 50) seen.push(new WeakRef(value));
  };
  clients.s3.middlewareStack.add(
    (next) => async (args) => {
      // A WeakRef that was just made or read holds until the turn ends.
      await nextTurn();
      collectGarbage();
      mostKept = Math.max(mostKept, seen.filter((one) => one.deref() !== undefined).length);
      return next(args);
    },
    { step: 'initialize', name: 'memory' },
  );
  JSON.parse = (...args: Parameters<typeof parse>): unknown => {
    const value: unknown = parse(...args);
    remember(value);
    return value;
  };
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    remember(args[0]);
    return stringify(...args);
  }) as typeof JSON.stringify;
  try {
    await work();
  } finally {
    JSON.parse = parse;
    JSON.stringify = stringify;
    clients.s3.middlewareStack.remove('memory');
  }
  return { seen: seen.length, mostKept };
}

beforeAll(async () => {
  world = openWorld(await makeWorld());
  profileId = await seedProfile(world, controllerId, 0);
  await seedMany(world);
});

describe('an export of 5,000 records', () => {
  it('P22: holds every one, with one page in work and one on its way, and no page kept', async () => {
    const requestId = await startedRequest(world, controllerId, profileId);
    const watch = watchPages(world);
    const memory = await whileWatchingMemory(world, () => runExport(world, requestId, { pagesPerRun: 100 }));
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
    expect(watch.pages()).toBeGreaterThan(5);
    expect(watch.most()).toBe(1);
    expect(memory.seen).toBeGreaterThan(10);
    expect(memory.mostKept).toBeLessThanOrEqual(2);
  });
});

type Line = { data: { userAgent: string } };
