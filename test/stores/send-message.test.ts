import { SendEmailCommand, SESv2Client, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { sendMessage } from '#shared/identity/send-message.ts';
import { keyedHash } from '#shared/keys/keyed-hash.ts';
import { askForMessage, readMessage, type MessageKind } from '#shared/requests/messages-outbox.ts';
import { hashSecret } from '#shared/requests/secret.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { fileForEmail, fileInSession, makeRequestWorld } from '#test/support/filed-request.ts';
import { senderOf } from '#test/support/message-sender.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import { minutes, now, prove, rowOf } from '#test/support/prover.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const ses = new SESv2Client({ region: 'eu-central-1' });
const sns = new SNSClient({});
const mails = mockClient(ses);
const messagesOut = mockClient(sns);
const codePattern = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/g;

const log = recordingLog();
const send = (messageId = 'code-1', id = requestId, at = now) =>
  sendMessage(senderOf(world, { ses, sns }), id, messageId, at, log);
const inputs = (): SendEmailCommandInput[] =>
  mails.commandCalls(SendEmailCommand).map((call) => call.args[0].input);
const texts = () => inputs().map(({ Content }) => Content?.Simple?.Body?.Text?.Data ?? '');
const ask = (kind: MessageKind, messageId: string, id = requestId) =>
  transact(world.requests.client, [
    askForMessage(world.requests, id, { kind, messageId, at: now.toISOString() }),
  ]);
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

describe('A21: the day’s share of an address', () => {
  const day = new Date('2031-01-01T12:00:00.000Z');
  const next = '2031-01-02T00:00:00.000Z';
  const over = () => log.lines.map(({ values }) => values as { kind: string; then: string });
  const waitsUntil = async (messageId: string) =>
    String((await rowOf(world, requestId, `MSG#${messageId}`))?.['workSk']);
  const many = async (kind: MessageKind, count: number, at: Date): Promise<string[]> => {
    const states: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const messageId = `${kind}-no-${n}`;
      await transact(world.requests.client, [
        askForMessage(world.requests, requestId, { kind, messageId, at: at.toISOString() }),
      ]);
      states.push(await send(messageId, requestId, at));
    }
    return states;
  };
  const own = (suffix: string) =>
    fileForEmail(world, now, { codeId: 'code-1', email: `${suffix}@example.org` });
  beforeEach(() => {
    log.lines.length = 0;
  });

  it('is twenty answers of all kinds and requests; the next waits in the outbox for tomorrow, and is sent then', async () => {
    requestId = await own('many');
    expect(await many('ready', 19, day)).not.toContain('postponed');
    requestId = await own('many');
    expect(await many('lapsed', 3, day)).toEqual(['sent', 'postponed', 'postponed']);

    expect(over()).toEqual([1, 2].map(() => ({ requestId, kind: 'lapsed', then: 'wait' })));
    expect(mails).toReceiveCommandTimes(SendEmailCommand, 20);
    expect(await stateOf('lapsed-no-1')).toBe('pending');
    expect(await waitsUntil('lapsed-no-1')).toBe(`${next}#${requestId}`);
    expect(await send('lapsed-no-1', requestId, new Date(next))).toBe('sent');
    requestId = await own('another');
    expect(await many('ready', 1, day)).toEqual(['sent']);
  });

  it('G09: an answer is never dropped for it, however long it waits', async () => {
    requestId = await own('waits');
    await many('ready', 20, day);
    await ask('lapsed', 'lapsed-1');

    expect(await send('lapsed-1', requestId, day)).toBe('postponed');
    expect(await stateOf('lapsed-1')).toBe('pending');
  });

  it.each([
    ['failed, and is tried again', new Error('mail is away')],
    ['was refused for good', Object.assign(new Error('no'), { name: 'BadRequestException' })],
  ])('is not used up by what %s', async (_, failure) => {
    requestId = await own(failure.message.replace(/ /g, '-'));
    await many('ready', 18, day);
    mails.on(SendEmailCommand).rejects(failure);
    for (const n of [1, 2, 3, 4, 5]) {
      await ask('lapsed', `lapsed-${n}`);
      await send(`lapsed-${n}`, requestId, day).catch(() => undefined);
    }
    mails.on(SendEmailCommand).resolves({});

    expect(await many('erased', 3, day)).toEqual(['sent', 'sent', 'postponed']);
  });

  it('A18: is counted under a keyed hash of the address, under a domain of its own', async () => {
    requestId = await own('hashed');
    const written = vi.spyOn(world.ephemeral.client, 'send');
    await many('ready', 1, day);

    const sent = JSON.stringify(written.mock.calls.map(([command]) => command.input));
    written.mockRestore();
    expect(sent).toContain(await keyedHash(world.key('code'), 'mail-budget', 'email', 'hashed@example.org'));
    expect(sent).not.toContain('hashed@');
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

  it('one that nobody asked for is none', async () => {
    await send('never-asked');
    await send('code-1', '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e');

    expect(mails).toReceiveCommandTimes(SendEmailCommand, 0);
  });
});
