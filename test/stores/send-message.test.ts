import { SendEmailCommand, SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { sendMessage } from '#shared/identity/send-message.ts';
import { askForMessage, readMessage, type MessageKind } from '#shared/requests/messages-outbox.ts';
import { writeNotice } from '#shared/requests/notices.ts';
import { hashSecret } from '#shared/requests/secret.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { fileForEmail, fileInSession, makeRequestWorld } from '#test/support/filed-request.ts';
import { senderOf } from '#test/support/message-sender.ts';
import { minutes, now, prove, rowOf } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const ses = new SESv2Client({ region: 'eu-central-1' });
const sns = new SNSClient({});
const mails = mockClient(ses);
const messagesOut = mockClient(sns);
const codePattern = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/g;

const send = (messageId = 'code-1', id = requestId, at = now) =>
  sendMessage(senderOf(world, { ses, sns }), id, messageId, at);
const inputs = (): SendEmailCommandInput[] =>
  mails.commandCalls(SendEmailCommand).map((call) => call.args[0].input);
const texts = () => inputs().map(({ Content }) => Content?.Simple?.Body?.Text?.Data ?? '');
const ask = (kind: MessageKind, messageId: string, id = requestId) =>
  transact(world.requests.client, [
    askForMessage(world.requests, id, { kind, messageId, at: now.toISOString() }),
  ]);
/** A notice to a phone, its number under the request's key. */
const notice = async (messageId: string, value: string): Promise<void> => {
  await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) => {
    const address = { noticeId: messageId, kind: 'phone', value } as const;
    const message = {
      messageId,
      kind: 'erasure-notice',
      noticeId: messageId,
      at: now.toISOString(),
    } as const;
    return transact(world.requests.client, [
      writeNotice(world.requests, requestId, key, address),
      askForMessage(world.requests, requestId, message),
    ]);
  });
};
const stateOf = async (messageId: string, id = requestId) =>
  (await readMessage(world.requests, id, messageId))?.state;

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  mails.reset();
  mails.on(SendEmailCommand).resolves({});
  messagesOut.reset();
  messagesOut.on(PublishCommand).resolves({});
  requestId = await fileForEmail(world, now, { codeId: 'code-1' });
});

describe('the code mail', () => {
  it('A21: goes to the filed address with one code, which proves', async () => {
    await send();

    expect(inputs().map(({ Destination }) => Destination?.ToAddresses)).toEqual([['alice@example.org']]);
    const codes = texts().flatMap((text) => text.match(codePattern) ?? []);
    expect(codes).toHaveLength(1);
    expect(await stateOf('code-1')).toBe('sent');
    expect(await prove(world, requestId, { code: codes[0] ?? '' })).toMatchObject({ level: 1 });
  });

  it('A18, A21: leaves no code and no stop code in any row but as MAC and hash', async () => {
    await send();
    const [text = ''] = texts();
    const [code = ''] = text.match(codePattern) ?? [];
    const [stop = ''] = /\b[0-9a-f]{32}\b/.exec(text) ?? [];
    const rows = JSON.stringify(await queryAll(world.requests, `R#${requestId}`));

    expect(stop).not.toBe('');
    expect(rows).not.toContain(code);
    expect(rows).not.toContain(stop);
    expect(await rowOf(world, requestId, `STOP#${hashSecret(stop)}`)).toBeDefined();
  });

  it('race 14: once sent is not sent again', async () => {
    await send();
    await send();

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 1);
  });

  it('race 14: is sent again after a failure, with a fresh code that voids the one before', async () => {
    mails.on(SendEmailCommand).rejectsOnce(new Error('mail is away')).resolves({});
    await expect(send()).rejects.toThrow('mail is away');
    expect(await stateOf('code-1')).toBe('pending');

    await send();

    const [first = '', second = ''] = texts().flatMap((text) => text.match(codePattern) ?? []);
    expect(first).not.toBe(second);
    expect(await prove(world, requestId, { code: first })).toBeUndefined();
    expect(await prove(world, requestId, { code: second })).toBeDefined();
  });

  it('is dropped when nobody waits for it any more', async () => {
    await send('code-1', requestId, minutes(10.01));

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
    expect(await stateOf('code-1')).toBe('dropped');
    expect(await rowOf(world, requestId, 'CODE')).toBeUndefined();
  });
});

describe('other messages', () => {
  it.each(['receipt-confirmation', 'ready', 'nothing-to-give', 'lapsed'] as const)(
    '%s is sent however late, and makes no code',
    async (kind) => {
      await ask(kind, kind);

      await send(kind, requestId, minutes(3_000));

      expect(await stateOf(kind)).toBe('sent');
      expect(texts().flatMap((text) => text.match(codePattern) ?? [])).toEqual([]);
      expect(await rowOf(world, requestId, 'CODE')).toBeUndefined();
    },
  );

  it('are dropped where there is nobody to write to, or the key of the address is gone', async () => {
    const inSession = await fileInSession(world, now);
    await ask('ready', 'ready-1', inSession);
    await ask('ready', 'ready-1');
    await destroyKey(world.vault.keys, `R#${requestId}`, 'request');

    await send('ready-1', inSession);
    await send('ready-1');

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
    expect([await stateOf('ready-1', inSession), await stateOf('ready-1')]).toEqual(['dropped', 'dropped']);
  });

  it('are dropped where the mail service refuses them for good, and tried again where it may pass', async () => {
    const refuse = (name: string) =>
      mails.on(SendEmailCommand).rejects(Object.assign(new Error('no'), { name }));
    refuse('MessageRejected');
    await expect(send()).rejects.toMatchObject({ name: 'MessageRejected' });
    expect(await stateOf('code-1')).toBe('pending');

    refuse('BadRequestException');
    expect(await send()).toBe('dropped');
    expect(await stateOf('code-1')).toBe('dropped');
    expect(await send()).toBe('ended-before');
  });

  it('A25 A28: a notice to a phone is a text message with a stop code, in listed countries alone', async () => {
    const [known, foreign] = ['+4915112345678', '+12025550123'];
    await notice('erasure-notice-a1', known);
    await notice('erasure-notice-a2', foreign);

    expect(await send('erasure-notice-a1')).toBe('sent');
    expect(await send('erasure-notice-a2')).toBe('dropped');

    const sent = messagesOut.commandCalls(PublishCommand).map((call) => call.args[0].input);
    expect(sent.map(({ PhoneNumber }) => PhoneNumber)).toEqual([known]);
    const [stop = ''] = /\b[0-9a-f]{32}\b/.exec(sent[0]?.Message ?? '') ?? [];
    expect(await rowOf(world, requestId, `STOP#${hashSecret(stop)}`)).toBeDefined();
    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
  });

  it('one that nobody asked for is none', async () => {
    await send('never-asked');
    await send('code-1', '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e');

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
  });
});
