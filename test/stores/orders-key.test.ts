import { v7 as uuidv7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SiteCaller } from '#shared/http/caller.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { addKey, type KeyWish } from '#shared/sites/add-key.ts';
import { revokeKey } from '#shared/sites/revoke-key.ts';
import { readSite } from '#shared/sites/site-store.ts';
import {
  codeSent,
  contactOf,
  emptyOutbox,
  enrol,
  makeStores,
  minutes,
  newPublicKey,
  now,
  type Stores,
} from '#test/support/site-contact.ts';

let stores: Stores;
let caller: SiteCaller;
let publicKey: string;
beforeAll(async () => {
  stores = await makeStores();
});
beforeEach(async () => {
  emptyOutbox();
  caller = await enrol(stores);
  publicKey = newPublicKey();
});

const confirm = (key = publicKey): Promise<void> => contactOf(stores, caller, key).confirm();
const add = (wish: Partial<KeyWish> = {}, at = now, by = caller) =>
  addKey(
    stores,
    by,
    { algorithm: 'ed25519', publicKey, scopes: ['orders'], ...wish },
    { keyId: uuidv7(), now: at },
  );
const addEveryday = (key = newPublicKey()) => add({ scopes: ['collect'], publicKey: key });
const revoke = (keyId: string): Promise<void> => revokeKey(stores, caller, keyId, now);
const keysOf = async (): Promise<string[] | undefined> =>
  (await readSite(stores.sites, caller.siteId))?.keyIds;
const unconfirmed = { code: 'contact-not-confirmed' };

describe('A10: a key that may give orders', () => {
  it('is added once the controller’s contact has confirmed it, and the event says so', async () => {
    const contact = contactOf(stores, caller, publicKey);
    await expect(add()).rejects.toMatchObject(unconfirmed);
    await contact.ask();
    await expect(add()).rejects.toMatchObject(unconfirmed);
    await contact.send();
    await expect(add()).rejects.toMatchObject(unconfirmed);

    expect(await contact.enter(codeSent())).toBe(true);
    const { key, secret } = await add({}, minutes(29));

    expect(key).toMatchObject({ algorithm: 'ed25519', scopes: ['orders'], state: 'live', publicKey });
    expect(secret).toBeUndefined();
    const chain = await readChain(stores.ledger, `S#${caller.siteId}`);
    expect(chain.at(-1)).toMatchObject({
      type: 'site-key-added',
      facts: { keyId: key.keyId, scope: 'orders', contactConfirmedAt: now.toISOString() },
    });
  });

  it('is of the kind ed25519, and has no other scope', async () => {
    await confirm();

    for (const wish of [
      { algorithm: 'hmac-sha256', publicKey: undefined },
      { algorithm: 'hmac-sha256' },
      { publicKey: undefined },
      { scopes: ['collect', 'orders'] },
      { scopes: ['orders', 'orders'] },
    ] as const)
      await expect(add(wish)).rejects.toMatchObject({ code: 'validation' });
    await expect(add({ scopes: ['orders', 'tasks'] })).rejects.toMatchObject({ code: 'scope-not-available' });
  });

  it('is the one that was confirmed, once, within half an hour, at that site', async () => {
    const elsewhere = await enrol(stores, caller.controllerId);
    await confirm();

    await expect(add({ publicKey: newPublicKey() })).rejects.toMatchObject(unconfirmed);
    await expect(add({}, minutes(30))).rejects.toMatchObject(unconfirmed);
    await expect(add({}, now, elsewhere)).rejects.toMatchObject(unconfirmed);
    const { key } = await add();
    await revoke(key.keyId);
    await expect(add()).rejects.toMatchObject(unconfirmed);
  });

  it('of three that are added at once on one confirmation, one is there', async () => {
    await confirm();

    const outcomes = await Promise.allSettled([add(), add(), add()]);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await keysOf()).toHaveLength(2);
  });

  it('leaves room to change over: two everyday keys, and two for orders', async () => {
    await addEveryday();
    await expect(addEveryday()).rejects.toMatchObject({ code: 'too-many-keys' });
    for (const key of [publicKey, newPublicKey()]) {
      await confirm(key);
      await add({ publicKey: key });
    }
    const third = newPublicKey();
    await confirm(third);

    await expect(add({ publicKey: third })).rejects.toMatchObject({ code: 'too-many-keys' });
    expect(await keysOf()).toHaveLength(4);
  });

  it('is never one that the site signs its everyday calls with, nor the other way round', async () => {
    await addEveryday(publicKey);
    await confirm();
    await expect(add()).rejects.toMatchObject({ code: 'validation' });

    const other = newPublicKey();
    await confirm(other);
    await add({ publicKey: other });
    await revoke(caller.keyId);
    await expect(addEveryday(other)).rejects.toMatchObject({ code: 'validation' });
  });

  it('is never the last key of a site: nothing could be added with it', async () => {
    await confirm();
    const { key } = await add();

    await expect(revoke(caller.keyId)).rejects.toMatchObject({ code: 'last-key' });
    await revoke(key.keyId);
    expect(await keysOf()).toEqual([caller.keyId]);
  });
});
