import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/table.ts';
import { claimOnce, type Once, type OnceKey } from '#shared/http/once.ts';
import { createTable } from '#test/support/engine-table.ts';

let ephemeral: Table;
let serial = 0;
const start = new Date('2026-11-24T12:00:00Z');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

beforeAll(async () => {
  ephemeral = await createTable('ephemeral');
});

const fresh = (overrides: Partial<OnceKey> = {}): OnceKey => {
  serial += 1;
  return {
    scope: 'site-1 POST /v1/records',
    key: `key-${serial}-0123456789`,
    rawBody: Buffer.from('{}'),
    ...overrides,
  };
};

async function claimFirst(onceKey: OnceKey, now = start): Promise<Extract<Once, { kind: 'first' }>> {
  const once = await claimOnce(ephemeral, onceKey, now);
  if (once.kind !== 'first') throw new Error('not the first');
  return once;
}

describe('claimOnce', () => {
  it('A13: gives the same answer to the same key and body', async () => {
    const key = fresh();
    await (await claimFirst(key)).keep({ status: 202, body: '{"requestId":"r-1"}' });

    const again = await claimOnce(ephemeral, key, after(3600));

    expect(again).toEqual({ kind: 'replay', answer: { status: 202, body: '{"requestId":"r-1"}' } });
  });

  it('A13: refuses another body under the same key, while at work and after', async () => {
    const key = fresh();
    const other = { ...key, rawBody: Buffer.from('{"a":1}') };
    const first = await claimFirst(key);

    await expect(claimOnce(ephemeral, other, start)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
    await first.keep({ status: 200, body: '{}' });
    await expect(claimOnce(ephemeral, other, start)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
  });

  it('A13: gives a secret answer once', async () => {
    const key = fresh();
    await (await claimFirst(key)).keep({ status: 201 });

    await expect(claimOnce(ephemeral, key, after(1))).rejects.toMatchObject({
      code: 'already-issued',
      status: 409,
    });
  });

  it('A13: another caller, route or path is another key', async () => {
    const key = fresh();
    await (await claimFirst(key)).keep({ status: 200, body: '{}' });

    const other = await claimOnce(ephemeral, { ...key, scope: 'site-2 POST /v1/records' }, start);

    expect(other.kind).toBe('first');
  });

  it('A13: of twenty at once, one works and the others are told to wait', async () => {
    const key = fresh();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => claimOnce(ephemeral, key, start)),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'in-progress', retryAfter: 5 });
    }
  });

  it('a released key runs again, with any body', async () => {
    const key = fresh();
    await (await claimFirst(key)).release();

    const again = await claimOnce(ephemeral, { ...key, rawBody: Buffer.from('{"other":1}') }, after(1));

    expect(again.kind).toBe('first');
  });

  it('a claim left by a crash ends after a minute, and its late holder changes nothing', async () => {
    // Prepare
    const key = fresh();
    const crashed = await claimFirst(key);
    await expect(claimOnce(ephemeral, key, after(59))).rejects.toMatchObject({ code: 'in-progress' });

    // Act
    const successor = await claimFirst(key, after(61));
    await crashed.keep({ status: 200, body: '"of the crashed"' });
    await successor.keep({ status: 200, body: '"of the successor"' });

    // Assess
    const replay = await claimOnce(ephemeral, key, after(62));
    expect(replay).toMatchObject({ answer: { body: '"of the successor"' } });
  });

  it('forgets after a day, also where the row still lies there', async () => {
    const key = fresh();
    await (await claimFirst(key)).keep({ status: 200, body: '{}' });

    expect((await claimOnce(ephemeral, key, after(24 * 3600 - 60))).kind).toBe('replay');
    expect((await claimOnce(ephemeral, key, after(24 * 3600 + 60))).kind).toBe('first');
  });

  it('A13, A18: keeps neither key nor body', async () => {
    const key = fresh({
      key: 'canary-key-canary-key',
      rawBody: Buffer.from('{"email":"canary@example.org"}'),
    });
    await (await claimFirst(key)).keep({ status: 201 });

    const { Items } = await ephemeral.client.send(new ScanCommand({ TableName: ephemeral.name }));

    expect(Items?.length).toBeGreaterThan(0);
    expect(JSON.stringify(Items)).not.toContain('canary');
  });
});
