import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { getItem } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { bundleObjectKey, putBundle, putStaging, readBundle } from '#shared/requests/bundles.ts';
import { expireObjects } from '#shared/requests/expire.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { advance, fileForEmail, makeRequestWorld } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const now = new Date('2027-06-15T12:00:00.000Z');
const seconds = (n: number): Date => new Date(now.getTime() + n * 1_000);
const days = (n: number): Date => seconds(n * 86_400);
const eventsOf = async (id: string) => (await readChain(world.ledger, `R#${id}`)).map(({ type }) => type);

/** It sweeps its world whole, so each test has its own. */
beforeEach(async () => {
  world = await makeRequestWorld();
});

describe('G01, A8: expire', () => {
  const put = (bucket: 'staging' | 'bundles', Key: string) =>
    world[bucket].s3.send(new PutObjectCommand({ Bucket: world[bucket].name, Key, Body: 'x' }));
  const keysIn = async (bucket: 'staging' | 'bundles') =>
    (
      (await world[bucket].s3.send(new ListObjectsV2Command({ Bucket: world[bucket].name }))).Contents ?? []
    ).map(({ Key }) => Key);
  /** A run in which nothing failed. @returns how much it expired */
  const expire = async (at: Date): Promise<number> => {
    const { expired, failures } = await expireObjects(world, world, at);
    expect(failures).toEqual([]);
    return expired;
  };
  /** A request with one stored bundle of this attempt, and staging. */
  async function withObjects(id: string, attempt = 1): Promise<void> {
    await put('bundles', bundleObjectKey(id, 1));
    for (const page of ['page/0', 'page/1', 'manifest/0']) await put('staging', `${id}/${attempt}/${page}`);
    await transact(world.requests.client, [
      putBundle(world.requests, { requestId: id, number: 1, attempt, bytes: 1 }, now.toISOString()),
      putStaging(world.requests, id, days(2).toISOString()),
    ]);
  }
  async function fulfilled(): Promise<string> {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, 'identity-verified', 'started');
    await withObjects(id);
    await commitChange(world, id, {
      event: 'tasks-ended',
      at: now.toISOString(),
      actor: 'system',
      attempt: 1,
    });
    return id;
  }

  it('deletes staging after two days and bundles after seven, once, and leaves the others', async () => {
    const [id, other] = [await fulfilled(), await fulfilled()];
    await put('staging', `${id}x/1/page/0`);
    await transact(world.requests.client, [putStaging(world.requests, other, days(30).toISOString())]);

    expect([await expire(days(1.999)), await expire(days(2)), await expire(days(2))]).toEqual([0, 1, 0]);
    expect((await keysIn('staging')).filter((key) => key?.startsWith(`${id}/`))).toEqual([]);
    expect(await keysIn('staging')).toHaveLength(4);
    expect(await keysIn('bundles')).toHaveLength(2);

    expect([await expire(days(6.999)), await expire(days(7)), await expire(days(7))]).toEqual([0, 2, 0]);
    expect(await keysIn('bundles')).toEqual([]);
    expect(await readBundle(world.requests, id, 1)).toMatchObject({ state: 'expired' });
    expect((await eventsOf(id)).slice(-2)).toEqual(['staging-expired', 'bundle-expired']);
  });

  it('leaves alone what an attempt still needs, and takes it when the attempt has ended', async () => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, 'identity-verified', 'started');
    await withObjects(id);
    expect(await expire(days(8))).toBe(0);
    expect(await keysIn('staging')).toHaveLength(3);

    await commitChange(world, id, {
      event: 'step-failed',
      at: now.toISOString(),
      actor: 'system',
      attempt: 1,
    });
    expect([await expire(days(8)), await expire(days(8))]).toEqual([2, 0]);
    expect([await keysIn('staging'), await keysIn('bundles')]).toEqual([[], []]);
  });

  it('deletes the objects first: a crash in between deletes again and forgets nothing', async () => {
    const id = await fulfilled();
    const crash = new Error('crashed');
    const broken = {
      ...world,
      requests: { ...world.requests, client: crashing(world.requests.client, crash) },
    };

    expect(await expireObjects(broken, world, days(8))).toEqual({ expired: 0, failures: [crash, crash] });
    expect([await keysIn('staging'), await keysIn('bundles')]).toEqual([[], []]);

    expect(await expire(days(8))).toBe(2);
    expect((await eventsOf(id)).filter((type) => type.endsWith('expired'))).toHaveLength(2);
  });

  it('acts on the row as it is, where the index still shows it as it was', async () => {
    const id = await fulfilled();
    const row = await getItem(world.requests, requestKey(id, 'BUNDLE#1'));
    const Item = { ...row, expiresAt: days(30).toISOString() };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await expire(days(8))).toBe(1);
    expect(await keysIn('bundles')).toHaveLength(1);
  });

  it('expires the bundle of a later attempt as well, under the same number', async () => {
    const id = await fulfilled();
    expect(await expire(days(8))).toBe(2);
    await withObjects(id, 2);

    expect([await expire(days(9)), await expire(days(9))]).toEqual([2, 0]);
    expect(await readBundle(world.requests, id, 1)).toMatchObject({ attempt: 2, state: 'expired' });
  });
});

/** A client whose transactions fail before they are sent. */
function crashing(client: typeof world.requests.client, error: Error): typeof world.requests.client {
  return new Proxy(client, {
    get: (target, name) =>
      name === 'send'
        ? (command: object) =>
            command.constructor.name === 'TransactWriteCommand'
              ? Promise.reject(error)
              : target.send(command as never)
        : (Reflect.get(target, name) as unknown),
  });
}
