import { SendEmailCommand, SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { sendMessage, type MessageSender } from '#shared/identity/send-message.ts';
import { askForMessage } from '#shared/requests/messages-outbox.ts';
import { messageIdOf, readNotice, writeNotice, type NoticeAddress } from '#shared/requests/notices.ts';
import { hashSecret } from '#shared/requests/secret.ts';
import { toldMac } from '#shared/requests/told-notices.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { advance, fileForEmail, makeRequestWorld } from '#test/support/filed-request.ts';
import { senderOf } from '#test/support/message-sender.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import { now, rowOf } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const ses = new SESv2Client({ region: 'eu-central-1' });
const sns = new SNSClient({});
const mails = mockClient(ses);
const messagesOut = mockClient(sns);
const log = recordingLog();
const day = new Date('2031-01-01T12:00:00.000Z');
const until = '2031-01-08T12:00:00.000Z';
const robbed = (): NoticeAddress => ({ kind: 'email', value: `${uuid()}@example.org` });

const send = (messageId: string, at = day, sms: Partial<MessageSender['sms']> = {}) =>
  sendMessage(senderOf(world, { ses, sns }, sms), requestId, messageId, at, log);
const mailed = (): SendEmailCommandInput[] =>
  mails.commandCalls(SendEmailCommand).map((call) => call.args[0].input);

/** A notice, its address under the request's key, with the message that goes there. @returns the id of the message */
async function notice(noticeId: string, address: NoticeAddress, change = {}): Promise<string> {
  const messageId = messageIdOf(noticeId);
  const message = { messageId, kind: 'erasure-notice' as const, noticeId, at: day.toISOString(), ...change };
  await withKey(world.vault, `R#${requestId}`, 'request', ({ key }) =>
    transact(world.requests.client, [
      writeNotice(world.requests, requestId, key, { noticeId, until, ...address }).write,
      askForMessage(world.requests, requestId, message),
    ]),
  );
  return message.messageId;
}
/** Whether the outbox holds send-message's word that this notice went out; undefined where it holds none at all. */
async function wordOf(noticeId: string, messageId = messageIdOf(noticeId)): Promise<boolean | undefined> {
  const { toldMac: mac, endedAt } = (await rowOf(world, requestId, `MSG#${messageId}`)) ?? {};
  if (mac === undefined) return undefined;
  const { digest = '' } = (await readNotice(world.requests, world.vault, requestId, noticeId)) ?? {};
  return (await toldMac(world.noticeKey, requestId, { noticeId, digest }, String(endedAt))) === mac;
}

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  log.lines.length = 0;
  mails.reset();
  mails.on(SendEmailCommand).resolves({});
  messagesOut.reset();
  messagesOut.on(PublishCommand).resolves({});
  requestId = await fileForEmail(world, now, { codeId: 'code-1', right: 'erasure' });
});

describe('A25: a notice of an erasure', () => {
  it('is sent at once, however many go to its address and however long its erasure cools off', async () => {
    const address = robbed();
    for (let n = 0; n < 52; n += 1) expect(await send(await notice(`no-${n}`, address))).toBe('sent');

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 52);
    expect(log.lines.map(({ values }) => values)).toEqual(
      [1, 2].map(() => ({ requestId, kind: 'erasure-notice', then: 'send' })),
    );
  });

  it('A28: by text message waits for the next day where the stage has had its share, unsaid till then', async () => {
    const phones = ['+4915112345671', '+4915112345672'] as const;
    const ids = [
      await notice('a1', { kind: 'phone', value: phones[0] }),
      await notice('a2', { kind: 'phone', value: phones[1] }),
    ] as const;
    const another = new Date('2031-03-01T12:00:00.000Z');

    expect(await send(ids[0], another, { perDay: 1 })).toBe('sent');
    expect(await send(ids[1], another, { perDay: 1 })).toBe('postponed');

    expect(await wordOf('a2')).toBeUndefined();
    expect(log.lines.map(({ message, values }) => [message, values])).toEqual([
      ['text-over-budget', { requestId, kind: 'erasure-notice' }],
    ]);
    const next = '2031-03-02T00:00:00.000Z';
    expect((await rowOf(world, requestId, `MSG#${ids[1]}`))?.['workSk']).toBe(`${next}#${requestId}`);
    expect(await send(ids[1], new Date(next), { perDay: 1 })).toBe('sent');
    expect(await wordOf('a2')).toBe(true);
  });

  it('says until when the erasure can be stopped by what is sealed in it, and nobody can change that', async () => {
    await send(await notice('a1', robbed()));

    expect(mailed()[0]?.Content?.Simple?.Body?.Text?.Data).toContain('8 January 2031');
  });

  it('A28: to a phone is a text message with a stop code, in listed countries alone', async () => {
    const [known, foreign] = ['+4915112345678', '+12025550123'];

    expect(await send(await notice('a1', { kind: 'phone', value: known }))).toBe('sent');
    expect(await send(await notice('a2', { kind: 'phone', value: foreign }))).toBe('dropped');

    const sent = messagesOut.commandCalls(PublishCommand).map((call) => call.args[0].input);
    expect(sent.map(({ PhoneNumber }) => PhoneNumber)).toEqual([known]);
    const [stop = ''] = /\b[0-9a-f]{32}\b/.exec(sent[0]?.Message ?? '') ?? [];
    expect(await rowOf(world, requestId, `STOP#${hashSecret(stop)}`)).toBeDefined();
    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
  });
});

describe('A25: the word that a notice went out', () => {
  it('is given for one that was handed over', async () => {
    await send(await notice('a1', robbed()));

    expect(await wordOf('a1')).toBe(true);
  });

  it('is given for one that its service will not deliver: nobody else could', async () => {
    mails.on(SendEmailCommand).rejects(Object.assign(new Error('no'), { name: 'BadRequestException' }));
    expect(await send(await notice('a1', robbed()))).toBe('dropped');
    expect(await send(await notice('a2', { kind: 'phone', value: '+12025550123' }))).toBe('dropped');

    expect([await wordOf('a1'), await wordOf('a2')]).toEqual([true, true]);
  });

  it('is not given before it went out', async () => {
    mails.on(SendEmailCommand).rejects(new Error('mail is away'));
    await expect(send(await notice('a1', robbed()))).rejects.toThrow();

    expect(await wordOf('a1')).toBeUndefined();
  });

  it('is not given for one whose address cannot be read', async () => {
    const messageId = await notice('a1', robbed());
    await destroyKey(world.vault.keys, `R#${requestId}`, 'request');

    expect(await send(messageId)).toBe('dropped');
    expect(await wordOf('a1')).toBeUndefined();
  });

  it('is not given for one of an erasure that was stopped', async () => {
    await advance(world, requestId, now, 'withdrawn');

    expect(await send(await notice('a1', robbed()))).toBe('dropped');
    expect(await wordOf('a1')).toBeUndefined();
  });

  it('is not given for another message to its address, nor under the id of another notice', async () => {
    const address = robbed();
    await send(await notice('a1', address, { messageId: 'ready-1', kind: 'ready' }));
    await send(await notice('a2', address, { messageId: messageIdOf('a3') }));

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 2);
    expect(await wordOf('a1', 'ready-1')).toBeUndefined();
    expect(await wordOf('a3')).toBeUndefined();
  });
});
