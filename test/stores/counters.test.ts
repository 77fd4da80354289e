import { beforeAll, describe, expect, it } from 'vitest';
import { getItem, type Table } from '#shared/aws/table.ts';
import { countParams, countWithin, giveBack, type Limit } from '#shared/http/count-within.ts';
import { rememberNonce } from '#shared/sites/remember-nonce.ts';
import { createTable } from '#test/support/engine-table.ts';

let ephemeral: Table;
const start = new Date('2026-11-24T12:00:00Z');
const limit = (subject: string): Limit => ({ name: 'codes-hour', subject, limit: 3, windowSeconds: 3600 });

beforeAll(async () => {
  ephemeral = await createTable('ephemeral');
});

describe('countWithin', () => {
  it('A21: of many at once, exactly the limit passes', async () => {
    const passed = await Promise.all(
      Array.from({ length: 20 }, () => countWithin(ephemeral, limit('parallel'), start)),
    );

    expect(passed.filter(Boolean)).toHaveLength(3);
  });

  it('A21: counts nothing beyond the limit, and begins anew in the next window', async () => {
    for (let call = 0; call < 5; call += 1) await countWithin(ephemeral, limit('anew'), start);
    const { Key } = countParams(ephemeral.name, limit('anew'), start);

    expect(await getItem(ephemeral, Key as { pk: string; sk: string })).toMatchObject({ count: 3 });
    expect(await countWithin(ephemeral, limit('anew'), new Date('2026-11-24T12:59:59Z'))).toBe(false);
    expect(await countWithin(ephemeral, limit('anew'), new Date('2026-11-24T13:00:00Z'))).toBe(true);
  });

  it('A21: counts each subject and each name by itself', async () => {
    for (let call = 0; call < 3; call += 1) await countWithin(ephemeral, limit('mine'), start);

    expect(await countWithin(ephemeral, limit('mine'), start)).toBe(false);
    expect(await countWithin(ephemeral, limit('yours'), start)).toBe(true);
    expect(await countWithin(ephemeral, { ...limit('mine'), name: 'codes-day' }, start)).toBe(true);
  });
});

describe('giveBack', () => {
  it('A21: lets one more pass, and never more than were counted', async () => {
    for (let call = 0; call < 3; call += 1) await countWithin(ephemeral, limit('back'), start);

    await giveBack(ephemeral, limit('back'), start);
    expect(await countWithin(ephemeral, limit('back'), start)).toBe(true);
    expect(await countWithin(ephemeral, limit('back'), start)).toBe(false);

    for (let call = 0; call < 9; call += 1) await giveBack(ephemeral, limit('back'), start);
    const passed = [1, 2, 3, 4].map(() => countWithin(ephemeral, limit('back'), start));
    expect((await Promise.all(passed)).filter(Boolean)).toHaveLength(3);
  });
});

describe('rememberNonce', () => {
  const nonce = { keyId: 'key-1', nonce: 'bm9uY2Utbm9uY2Utbm9uY2U', deadSince: 1_795_521_900 };

  it('A13: of many at once, one is the first', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => rememberNonce(ephemeral, nonce)));

    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('is per key: another site may use the same', async () => {
    expect(await rememberNonce(ephemeral, { ...nonce, keyId: 'key-2' })).toBe(true);
    expect(await rememberNonce(ephemeral, { ...nonce, keyId: 'key-2' })).toBe(false);
  });
});
