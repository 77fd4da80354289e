import { CreateKeyCommand, type CreateKeyCommandInput } from '@aws-sdk/client-kms';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { kmsClient } from '#shared/aws/kms.ts';
import type { Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { keyLives, mintKey, readKey, type KeyOwner } from '#shared/keys/key-store.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { unwrapKey, wrapNewKey, type WrappingKey } from '#shared/keys/wrapping.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { destroyedAt, destroyKey } from '#test/support/erasure.ts';
import { createTable } from '#test/support/engine-table.ts';

let keys: Table;
let wrapping: WrappingKey;
let mac: MacKey;
const fresh = (): KeyOwner => `P#${uuid()}`;

beforeAll(async () => {
  const kms = kmsClient();
  const create = async (input: CreateKeyCommandInput) =>
    (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.KeyId ?? '';
  keys = await createTable('keys');
  wrapping = { kms, keyId: await create({}) };
  mac = { kms, keyId: await create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }) };
});

describe('G03: a data key', () => {
  it('is 256 bits that KMS alone unwraps, for its owner and scope', async () => {
    const owner = fresh();
    const wrapped = await wrapNewKey(wrapping, owner, 'ordinary');

    const key = await unwrapKey(wrapping, owner, 'ordinary', wrapped);

    expect(key).toHaveLength(32);
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
    expect(await unwrapKey(wrapping, owner, 'ordinary', wrapped)).toEqual(key);
    await expect(unwrapKey(wrapping, fresh(), 'ordinary', wrapped)).rejects.toThrow();
    await expect(unwrapKey(wrapping, owner, 'retained', wrapped)).rejects.toThrow();
    // That it is decrypted by the wrapping key named is held with mocks: the engine takes the ciphertext's word for it.
  });

  it('stands wrapped in its row, and in clear in none', async () => {
    const owner = fresh();
    await mintKey(keys, owner, 'ordinary', await wrapNewKey(wrapping, owner, 'ordinary'));
    let clear = '';
    await withKey({ keys, wrapping: { ordinary: wrapping } }, owner, 'ordinary', ({ key }) => {
      clear = key.toString('latin1');
      return Promise.resolve();
    });

    const { Items = [] } = await keys.client.send(new ScanCommand({ TableName: keys.name }));
    const stored = Items.map(({ wrapped }) => Buffer.from(wrapped as Uint8Array).toString('latin1'));
    expect(stored.some((bytes) => bytes.includes(clear))).toBe(false);
    expect(await readKey(keys, owner, 'ordinary')).toMatchObject({ state: 'live', epoch: 1 });
  });
});

describe('race 3: a key row', () => {
  it('is minted once, and never where a tombstone stands', async () => {
    const owner = fresh();
    const mint = () => mintKey(keys, owner, 'ordinary', Buffer.from('wrapped'));

    const minted = await Promise.allSettled(Array.from({ length: 5 }, mint));
    expect(minted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    await destroyKey(keys, owner, 'ordinary');
    await expect(mint()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const tombstone = { state: 'destroyed', epoch: 2, destroyedAt, by: 'r1' };
    expect(await readKey(keys, owner, 'ordinary')).toEqual(tombstone);
    const { Items = [] } = await keys.client.send(new ScanCommand({ TableName: keys.name }));
    expect(Items.find(({ pk }) => pk === owner)).toEqual({ pk: owner, sk: 'ordinary', ...tombstone });
    // A key is destroyed once: a second hand finds nothing live.
    await expect(destroyKey(keys, owner, 'ordinary')).rejects.toMatchObject({ failed: [0] });
    expect(await readKey(keys, owner, 'retained')).toBeUndefined();
  });

  it('lives, as a condition, while it is live in the epoch that was read', async () => {
    const owner = fresh();
    await mintKey(keys, owner, 'ordinary', Buffer.from('wrapped'));
    const check = (epoch: number, scope: 'ordinary' | 'retained' = 'ordinary') =>
      transact(keys.client, [
        keyLives(keys, owner, scope, epoch),
        { Put: { TableName: keys.name, Item: { pk: `X#${uuid()}`, sk: 'X' } } },
      ]);

    await expect(check(1)).resolves.toBeUndefined();
    await expect(check(2)).rejects.toMatchObject({ failed: [0] });
    await expect(check(1, 'retained')).rejects.toMatchObject({ failed: [0] });

    await destroyKey(keys, owner, 'ordinary');
    for (const epoch of [1, 2]) await expect(check(epoch)).rejects.toMatchObject({ failed: [0] });
  });
});

describe('A17: a keyed hash by KMS', () => {
  it('verifies in its domain and for its fields, and is refused in silence elsewhere', async () => {
    const made = await keyedHash(mac, 'proof', 'r1', '1');

    expect(made).toMatch(/^[\w-]{43}$/);
    expect(await keyedHash(mac, 'proof', 'r1', '1')).toBe(made);
    expect(await verifyKeyedHash(mac, made, 'proof', 'r1', '1')).toBe(true);
    for (const fields of [
      ['code', 'r1', '1'],
      ['proof', 'r1', '2'],
      ['proof', 'r1'],
      ['proof', 'r11', ''],
    ])
      expect(await verifyKeyedHash(mac, made, ...fields)).toBe(false);
  });
});
