import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { confirmByCode } from '#shared/identity/contact-code.ts';
import {
  codeSent,
  contactOf,
  emptyOutbox,
  enrol,
  mails,
  mailsSent,
  makeStores,
  minutes,
  newPublicKey,
  now,
  queue,
  queued,
  type Stores,
} from '#test/support/site-contact.ts';

let stores: Stores;
let caller: SiteCaller;
let publicKey: string;
let contact: ReturnType<typeof contactOf>;
beforeAll(async () => {
  stores = await makeStores();
});
beforeEach(async () => {
  emptyOutbox();
  caller = await enrol(stores);
  publicKey = newPublicKey();
  contact = contactOf(stores, caller, publicKey);
});

describe('A10: the code to the controller’s contact', () => {
  it('goes to the contact of the first enrolment, in its plain form; the queue holds ids alone (A18)', async () => {
    const later = await enrol(stores, caller.controllerId, 'thief@elsewhere.example');
    const theirs = contactOf(stores, later, publicKey);

    const { fingerprint } = await theirs.ask();
    expect(await theirs.send()).toBe('sent');

    expect(mailsSent()).toMatchObject([{ to: ['privacy@shop.example.net'] }]);
    expect(mailsSent()[0]?.text).toContain(fingerprint);
    expect(Object.keys(queued()[0] ?? {}).sort()).toEqual(['confirmationId', 'siteId']);
    expect(JSON.stringify(await queryAll(stores.requests, `S#${later.siteId}`))).not.toContain(codeSent());
  });

  it('confirms once, as it was typed or with small letters, for ten minutes', async () => {
    await contact.ask();
    await contact.send();
    const code = codeSent();

    expect(await contact.enter(code, minutes(10))).toBe(false);
    expect(await contact.enter(code.toLowerCase().replace('-', ' '))).toBe(true);
    expect(await contact.enter(code)).toBe(false);
  });

  it('of five that are entered at once, one confirms', async () => {
    await contact.ask();
    await contact.send();
    const { siteId } = caller;
    const { confirmationId } = queued().at(-1) ?? { confirmationId: '' };
    const named = { siteId, confirmationId, publicKey };
    const code = codeSent();

    const confirmed = await Promise.all(
      Array.from({ length: 5 }, () => confirmByCode(stores.requests, stores.codeKey, named, { code, now })),
    );

    expect(confirmed.filter(Boolean)).toHaveLength(1);
  });

  it('confirms nothing for another key, another site, or an earlier asking', async () => {
    const other = contactOf(stores, await enrol(stores, caller.controllerId), publicKey);
    await contact.ask();
    await contact.send();
    const first = codeSent();
    await other.ask();
    await other.send();

    expect(await contactOf(stores, caller, newPublicKey()).enter(first)).toBe(false);
    expect(await other.enter(first)).toBe(false);
    await contact.ask();
    expect(await contact.enter(first)).toBe(false);
    await contact.send();
    expect(await contact.enter(first)).toBe(false);
    expect(await contact.enter(codeSent())).toBe(true);
  });

  it('A21: is tried five times at most, however many guess at once', async () => {
    await contact.ask();
    await contact.send();

    const guesses = await Promise.all(Array.from({ length: 20 }, () => contact.enter('AAAAA-AAAAA')));

    expect(guesses).not.toContain(true);
    expect(await contact.enter(codeSent())).toBe(false);
  });

  it('A21: is sent three times an hour and ten times a day, to all sites of the controller together', async () => {
    const other = contactOf(stores, await enrol(stores, caller.controllerId), publicKey);
    for (const one of [other, contact, contact]) await one.ask();

    await expect(contact.ask()).rejects.toMatchObject({ code: 'too-many-calls', retryAfter: 3_600 });
    expect(queued()).toHaveLength(3);
    for (const hour of [1, 1, 1, 2, 2, 2, 3]) await contact.ask(minutes(60 * hour));
    await expect(contact.ask(minutes(240))).rejects.toMatchObject({ retryAfter: 86_400 });
    await contact.ask(minutes(24 * 60));
  });

  it('is not sent where nobody waits for it any more', async () => {
    await contact.ask();
    const first = queued().at(-1);
    expect(await contact.send(first, minutes(10.1))).toBe('dropped');
    await contact.ask();
    expect(await contact.send(first)).toBe('dropped');
    expect(await contact.send({ siteId: uuidv7(), confirmationId: uuidv7() })).toBe('dropped');
    await contact.send();
    await contact.enter(codeSent());
    expect(await contact.send()).toBe('dropped');

    expect(mailsSent()).toHaveLength(1);
  });

  it('is not sent to what is no plain address, nor where the mail service refuses it', async () => {
    const odd = contactOf(stores, await enrol(stores, uuidv7(), '"a b"@shop.example.net'), publicKey);
    await odd.ask();
    expect(await odd.send()).toBe('dropped');
    expect(mailsSent()).toEqual([]);
    await contact.ask();
    mails
      .on(SendEmailCommand)
      .rejects(Object.assign(new Error('no such domain'), { name: 'BadRequestException' }));
    expect(await contact.send()).toBe('dropped');
  });

  it('fails the call where the queue does not take it: the site asks again', async () => {
    queue.on(SendMessageCommand).rejectsOnce(new Error('away'));

    await expect(contact.ask()).rejects.toThrow('away');
    await contact.confirm();
  });
});
