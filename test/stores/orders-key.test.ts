import { generateKeyPairSync } from 'node:crypto';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kmsClient } from '#shared/aws/kms.ts';
import { queryAll, type Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import type { KeyScope, SiteCaller } from '#shared/http/caller.ts';
import { confirmByCode } from '#shared/identity/contact-code.ts';
import { sendContactCode } from '#shared/identity/send-contact-code.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { addKey, type KeyWish } from '#shared/sites/add-key.ts';
import { askContact } from '#shared/sites/ask-contact.ts';
import { markConfirmed, readConfirmation } from '#shared/sites/confirmation-store.ts';
import { enrolSite } from '#shared/sites/enrol-site.ts';
import { hashEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { instructionsStatement } from '#shared/sites/instructions.ts';
import { revokeKey } from '#shared/sites/revoke-key.ts';
import { putEnrolment, readSite } from '#shared/sites/site-store.ts';
import type { SiteAuthKey } from '#shared/sites/site-secret.ts';
import { createTable } from '#test/support/engine-table.ts';

const ses = new SESv2Client({ region: 'eu-central-1' });
const mails = mockClient(ses);
const sqs = new SQSClient({ region: 'eu-central-1' });
const queue = mockClient(sqs);
const now = new Date('2027-06-15T12:00:00.000Z');
const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
const newPublicKey = (): string =>
  generateKeyPairSync('ed25519')
    .publicKey.export({ format: 'der', type: 'spki' })
    .subarray(-32)
    .toString('base64');

let tables: Record<'sites' | 'ledger' | 'ephemeral' | 'requests', Table>;
let siteAuth: SiteAuthKey;
let codeKey: MacKey;
beforeAll(async () => {
  const kms = kmsClient();
  const mint = async () => {
    const command = new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    return (await kms.send(command)).KeyMetadata?.KeyId ?? '';
  };
  siteAuth = { kms, siteAuthKeyId: await mint() };
  codeKey = { kms, keyId: await mint() };
  tables = {
    sites: await createTable('sites'),
    ledger: await createTable('ledger'),
    ephemeral: await createTable('ephemeral'),
    requests: await createTable('requests'),
  };
});

let caller: SiteCaller;
let publicKey: string;
beforeEach(async () => {
  mails.reset();
  mails.on(SendEmailCommand).resolves({});
  queue.reset();
  queue.on(SendMessageCommand).resolves({});
  caller = await enrol();
  publicKey = newPublicKey();
});

/** A site of its own, or one more of a controller, which states another contact. */
async function enrol(
  controllerId = uuidv7(),
  contactEmail = 'Privacy@Shop.example.net',
): Promise<SiteCaller> {
  const code = uuidv7();
  const host = 'shop.example.net';
  const codeHash = hashEnrolmentCode(code);
  const expiresAt = minutes(60).toISOString();
  const enrolment = { host, controllerId, vendor: false, expiresAt };
  await transact(tables.sites.client, [putEnrolment(tables.sites, codeHash, enrolment)]);
  const { site, key } = await enrolSite(
    { ...tables, ...siteAuth },
    {
      code,
      platform: 'wordpress',
      siteUrl: `https://${host}/`,
      installationId: 'installation-1',
      controller: { name: 'Shop', contactEmail, country: 'DE', timeZone: 'Europe/Berlin' },
      instructions: instructionsStatement.parse({ access: 'auto', portability: 'auto' }),
    },
    { siteId: uuidv7(), keyId: uuidv7(), now },
  );
  const { siteId, platform, vendor, purposes } = site;
  const seat = { country: 'DE', timeZone: 'Europe/Berlin' };
  return { siteId, controllerId, keyId: key.keyId, platform, vendor, purposes, scopes: ['collect'], ...seat };
}

const ask = (key = publicKey, at = now, by = caller) =>
  askContact(
    { ...tables, mail: { sqs, url: 'https://sqs.example/mail' } },
    by,
    { publicKey: key, language: 'en' },
    { confirmationId: uuidv7(), now: at },
  );
const queued = (): { siteId: string; confirmationId: string }[] =>
  queue
    .commandCalls(SendMessageCommand)
    .map(({ args }) => JSON.parse(args[0].input.MessageBody ?? '') as ReturnType<typeof queued>[number]);
const send = (wanted = queued().at(-1), at = now) =>
  sendContactCode(
    {
      ...tables,
      codeKey,
      vendor: 'Example Plugins Ltd',
      mail: { ses, from: 'rights@vendor.example', configurationSet: 'tls' },
    },
    wanted ?? { siteId: '', confirmationId: '' },
    at,
  );
const mailsSent = () =>
  mails.commandCalls(SendEmailCommand).map(({ args }) => {
    const { Destination, Content } = args[0].input;
    return { to: Destination?.ToAddresses, text: Content?.Simple?.Body?.Text?.Data ?? '' };
  });
const codeSent = (): string => /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(mailsSent().at(-1)?.text ?? '')?.[0] ?? '';

/** What the API does with a code: `verify` checks it, then the confirmation is marked. */
async function confirm(code: string, { key = publicKey, at = now, by = caller } = {}): Promise<boolean> {
  const { siteId } = by;
  const asked = await readConfirmation(tables.sites, siteId);
  if (!asked) return false;
  const { confirmationId } = asked;
  const contact = { siteId, confirmationId, publicKey: key };
  const confirmed = await confirmByCode(tables.requests, codeKey, contact, { code, now: at });
  return confirmed && markConfirmed(tables.sites, siteId, { confirmationId, at: at.toISOString() });
}
const orders: readonly KeyScope[] = ['orders'];
const add = (wish: Partial<KeyWish> = {}, at = now, by = caller) =>
  addKey(
    { ...tables, ...siteAuth },
    by,
    { algorithm: 'ed25519', publicKey, scopes: orders, ...wish },
    { keyId: uuidv7(), now: at },
  );
const addEveryday = (key = newPublicKey()) => add({ scopes: ['collect'], publicKey: key });
const unconfirmed = { code: 'contact-not-confirmed' };
async function askAndConfirm(key = publicKey, at = now): Promise<void> {
  await ask(key, at);
  await send(queued().at(-1), at);
  expect(await confirm(codeSent(), { key, at })).toBe(true);
}

describe('A10: a key that may give orders', () => {
  it('is added once the controller’s contact has confirmed it, and the event says so', async () => {
    await expect(add()).rejects.toMatchObject(unconfirmed);
    await ask();
    await expect(add()).rejects.toMatchObject(unconfirmed);
    await send();
    await expect(add()).rejects.toMatchObject(unconfirmed);

    expect(await confirm(codeSent())).toBe(true);
    const { key, secret } = await add({}, minutes(29));

    expect(key).toMatchObject({ algorithm: 'ed25519', scopes: ['orders'], state: 'live', publicKey });
    expect(secret).toBeUndefined();
    const chain = await readChain(tables.ledger, `S#${caller.siteId}`);
    expect(chain.at(-1)).toMatchObject({
      type: 'site-key-added',
      facts: { keyId: key.keyId, scope: 'orders', contactConfirmedAt: now.toISOString() },
    });
  });

  it('is of the kind ed25519, and has no other scope', async () => {
    await askAndConfirm();

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
    const elsewhere = await enrol(caller.controllerId);
    await askAndConfirm();

    await expect(add({ publicKey: newPublicKey() })).rejects.toMatchObject(unconfirmed);
    await expect(add({}, minutes(30))).rejects.toMatchObject(unconfirmed);
    await expect(add({}, now, elsewhere)).rejects.toMatchObject(unconfirmed);
    const { key } = await add();
    await revokeKey({ ...tables }, caller, key.keyId, now);
    await expect(add()).rejects.toMatchObject(unconfirmed);
  });

  it('of two that are added at once on one confirmation, one is there', async () => {
    await askAndConfirm();

    const outcomes = await Promise.allSettled([add(), add(), add()]);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await readSite(tables.sites, caller.siteId))?.keyIds).toHaveLength(2);
  });

  it('leaves room to change over: two everyday keys, and two for orders', async () => {
    await addEveryday();
    await expect(addEveryday()).rejects.toMatchObject({ code: 'too-many-keys' });
    for (const key of [publicKey, newPublicKey()]) {
      await askAndConfirm(key);
      await add({ publicKey: key });
    }
    const third = newPublicKey();
    await askAndConfirm(third);

    await expect(add({ publicKey: third })).rejects.toMatchObject({ code: 'too-many-keys' });
    expect((await readSite(tables.sites, caller.siteId))?.keyIds).toHaveLength(4);
  });

  it('is never one that the site signs its everyday calls with, nor the other way round', async () => {
    await addEveryday(publicKey);
    await askAndConfirm();
    await expect(add()).rejects.toMatchObject({ code: 'validation' });

    const other = newPublicKey();
    await askAndConfirm(other);
    await add({ publicKey: other });
    await revokeKey({ ...tables }, caller, caller.keyId, now);
    await expect(addEveryday(other)).rejects.toMatchObject({ code: 'validation' });
  });

  it('is never the last key of a site: nothing could be added with it', async () => {
    await askAndConfirm();
    const { key } = await add();

    await expect(revokeKey({ ...tables }, caller, caller.keyId, now)).rejects.toMatchObject({
      code: 'last-key',
    });
    await revokeKey({ ...tables }, caller, key.keyId, now);
    expect((await readSite(tables.sites, caller.siteId))?.keyIds).toEqual([caller.keyId]);
  });
});

describe('A10: the code to the controller’s contact', () => {
  it('goes to the contact of the first enrolment, in its plain form; the queue holds ids alone (A18)', async () => {
    const later = await enrol(caller.controllerId, 'thief@elsewhere.example');

    const { fingerprint } = await ask(publicKey, now, later);
    expect(await send()).toBe('sent');

    expect(mailsSent()).toMatchObject([{ to: ['privacy@shop.example.net'] }]);
    expect(mailsSent()[0]?.text).toContain(fingerprint);
    expect(Object.keys(queued()[0] ?? {}).sort()).toEqual(['confirmationId', 'siteId']);
    expect(JSON.stringify(await queryAll(tables.requests, `S#${later.siteId}`))).not.toContain(codeSent());
  });

  it('confirms once, as it was typed or with small letters, for ten minutes', async () => {
    await ask();
    await send();
    const code = codeSent();

    expect(await confirm(code, { at: minutes(10) })).toBe(false);
    expect(await confirm(code.toLowerCase().replace('-', ' '))).toBe(true);
    expect(await confirm(code)).toBe(false);
  });

  it('of five that are entered at once, one confirms', async () => {
    await ask();
    await send();
    const { siteId } = caller;
    const { confirmationId } = queued().at(-1) ?? { confirmationId: '' };
    const code = codeSent();

    const confirmed = await Promise.all(
      Array.from({ length: 5 }, () =>
        confirmByCode(tables.requests, codeKey, { siteId, confirmationId, publicKey }, { code, now }),
      ),
    );

    expect(confirmed.filter(Boolean)).toHaveLength(1);
  });

  it('confirms nothing for another key, another site, or an earlier asking', async () => {
    const other = await enrol(caller.controllerId);
    await ask();
    await send();
    const first = codeSent();
    await ask(publicKey, now, other);
    await send();

    expect(await confirm(first, { key: newPublicKey() })).toBe(false);
    expect(await confirm(first, { by: other })).toBe(false);
    await ask();
    expect(await confirm(first)).toBe(false);
    await send();
    expect(await confirm(first)).toBe(false);
    expect(await confirm(codeSent())).toBe(true);
  });

  it('A21: is tried five times at most, however many guess at once', async () => {
    await ask();
    await send();

    const guesses = await Promise.all(Array.from({ length: 20 }, () => confirm('AAAAA-AAAAA')));

    expect(guesses).not.toContain(true);
    expect(await confirm(codeSent())).toBe(false);
  });

  it('A21: is sent three times an hour and ten times a day, to all sites of the controller together', async () => {
    const other = await enrol(caller.controllerId);
    for (let n = 0; n < 3; n += 1) await ask(publicKey, now, n === 0 ? other : caller);

    await expect(ask()).rejects.toMatchObject({ code: 'too-many-calls', retryAfter: 3_600 });
    expect(queued()).toHaveLength(3);
    for (const hour of [1, 1, 1, 2, 2, 2, 3]) await ask(publicKey, minutes(60 * hour));
    await expect(ask(publicKey, minutes(240))).rejects.toMatchObject({ retryAfter: 86_400 });
    await ask(publicKey, minutes(24 * 60));
  });

  it('is not sent where nobody waits for it any more', async () => {
    await ask();
    const first = queued().at(-1);
    expect(await send(first, minutes(10.1))).toBe('dropped');
    await ask();
    expect(await send(first)).toBe('dropped');
    expect(await send({ siteId: uuidv7(), confirmationId: uuidv7() })).toBe('dropped');
    await send();
    await confirm(codeSent());
    expect(await send()).toBe('dropped');

    expect(mailsSent()).toHaveLength(1);
  });

  it('is not sent to what is no plain address, nor where the mail service refuses it', async () => {
    caller = await enrol(uuidv7(), '"a b"@shop.example.net');
    await ask();
    expect(await send()).toBe('dropped');
    caller = await enrol();
    await ask();
    mails
      .on(SendEmailCommand)
      .rejects(Object.assign(new Error('no such domain'), { name: 'BadRequestException' }));
    expect(await send()).toBe('dropped');
  });

  it('fails the call where the queue does not take it: the site asks again', async () => {
    queue.on(SendMessageCommand).rejectsOnce(new Error('away'));

    await expect(ask()).rejects.toThrow('away');
    await askAndConfirm();
  });
});
