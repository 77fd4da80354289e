import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { requireProof } from '#shared/identity/proof.ts';
import type { Proven } from '#shared/identity/prove-by-code.ts';
import { proveBySecondCode } from '#shared/identity/prove-by-second-code.ts';
import { sendMessage, type MessageSender } from '#shared/identity/send-message.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readMessage } from '#shared/requests/messages-outbox.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { askForSecondCode } from '#shared/requests/second-identifier.ts';
import { destroyKey } from '#test/support/erasure.ts';
import {
  advance,
  browserSecret,
  fileForEmail,
  makeRequestWorld,
  requireRequest,
} from '#test/support/filed-request.ts';
import { senderOf } from '#test/support/message-sender.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import { minutes, now, prove, rowOf, sendCode, start } from '#test/support/prover.ts';

const phone = '+4915112345678';
const second = { kind: 'phone', hash: 'hash-phone' } as const;
const sns = new SNSClient({});
const texts = mockClient(sns);
let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
let asked = 0;
const log = recordingLog();

type Change = Partial<Parameters<typeof proveBySecondCode>[2]>;
const keys = () => ({ code: world.key('code'), proof: world.key('proof') });
const raise = (code: string, change: Change = {}): Promise<Proven | undefined> =>
  proveBySecondCode(world, keys(), { requestId, code, browserSecret, token: 'token-2', now, ...change });
const ask = async (change: object = {}, at = now, id = requestId): Promise<string> => {
  asked += 1;
  const messageId = `second-code-${asked}`;
  const named = { ...second, value: phone, sends: true, ...change };
  await askForSecondCode(world, world.vault, id, named, { messageId, now: at });
  return messageId;
};
const deliver = (messageId: string, at = now, sms: Partial<MessageSender['sms']> = {}, id = requestId) =>
  sendMessage(senderOf(world, { ses: new SESv2Client({}), sns }, sms), id, messageId, at, log);
const published = () => texts.commandCalls(PublishCommand).map((call) => call.args[0].input);
const codeSent = (): string => /\d{8}/.exec(published().at(-1)?.Message ?? '')?.[0] ?? '';
const sendSecond = async (id = requestId): Promise<string> => {
  await deliver(await ask({}, now, id), now, {}, id);
  return codeSent();
};
const proof = async (id = requestId) =>
  requireProof(world.requests, world.key('proof'), await requireRequest(world, id));
const fileAndProve = async (): Promise<string> => {
  const id = await fileForEmail(world, now);
  await sendCode(world, id);
  await prove(world, id);
  return id;
};

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  texts.reset();
  texts.on(PublishCommand).resolves({});
  log.lines.length = 0;
  requestId = await fileAndProve();
});

describe('A21: the code of a text message', () => {
  it('goes to the number that was named, and leaves neither it nor the code in any row', async () => {
    const messageId = await ask();
    expect(await deliver(messageId)).toBe('sent');

    expect(published().map(({ PhoneNumber }) => PhoneNumber)).toEqual([phone]);
    expect(codeSent()).toMatch(/^\d{8}$/);
    const rows = JSON.stringify([
      await queryAll(world.requests, `R#${requestId}`),
      await readChain(world.ledger, `R#${requestId}`),
    ]);
    expect(rows).not.toContain(codeSent());
    expect(rows).not.toContain(phone);
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).not.toHaveProperty('sealed');
    expect(await deliver(messageId)).toBe('ended-before');
  });

  it('waits for its sending sealed under the request’s key; without the key nothing is sent', async () => {
    const messageId = await ask();
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).toMatchObject({
      hash: second.hash,
      sealed: expect.any(Uint8Array) as Uint8Array,
    });
    await destroyKey(world.vault.keys, `R#${requestId}`, 'request');

    expect(await deliver(messageId)).toBe('dropped');
    expect(published()).toEqual([]);
  });

  it.each<[string, () => ReturnType<typeof deliver>]>([
    ['to what is no second identifier', async () => deliver(await ask({ sends: false }))],
    ['to a country that is not listed (A28)', async () => deliver(await ask({ value: '+12025550123' }))],
    ['where no country is listed (A28)', async () => deliver(await ask(), now, { countries: new Set() })],
    ['when nobody waits for it any more', async () => deliver(await ask(), minutes(10.01))],
    [
      'once the work has begun',
      async () => {
        const messageId = await ask();
        await start(world, requestId);
        return deliver(messageId);
      },
    ],
  ])('is not sent %s; the number is let go of all the same', async (_, send) => {
    expect(await send()).toBe('dropped');

    expect(published()).toEqual([]);
    expect(await rowOf(world, requestId, 'CODE#second')).toBeUndefined();
    const messageId = `second-code-${asked}`;
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).not.toHaveProperty('sealed');
    expect(await readMessage(world.requests, requestId, messageId)).toMatchObject({ state: 'dropped' });
  });

  it('A28: is not sent beyond the day’s budget, which begins anew the next day', async () => {
    const day = new Date('2031-01-01T12:00:00.000Z');
    const next = new Date('2031-01-02T00:00:00.000Z');
    const send = async (at: Date) => deliver(await ask({}, at), at, { perDay: 2 });

    expect([await send(day), await send(day), await send(day)]).toEqual(['sent', 'sent', 'dropped']);
    expect(log.lines).toEqual([
      expect.objectContaining({
        message: 'text-over-budget',
        values: { requestId, kind: 'second-code' },
      }),
    ]);
    expect(await send(next)).toBe('sent');
  });

  it('A28: is not counted where it failed', async () => {
    const day = new Date('2031-02-01T12:00:00.000Z');
    texts.on(PublishCommand).rejects(new Error('away'));
    for (const _ of [1, 2, 3])
      await expect(deliver(await ask({}, day), day, { perDay: 1 })).rejects.toThrow();
    texts.on(PublishCommand).resolves({});

    expect(await deliver(await ask({}, day), day, { perDay: 1 })).toBe('sent');
    expect(await deliver(await ask({}, day), day, { perDay: 1 })).toBe('dropped');
  });

  it('race 14: is sent again after a failure, with a fresh code that voids the one before', async () => {
    texts.on(PublishCommand).rejectsOnce(new Error('away')).resolves({});
    const messageId = await ask();
    await expect(deliver(messageId)).rejects.toThrow('away');
    const first = codeSent();

    expect(await deliver(messageId)).toBe('sent');

    expect(await raise(first)).toBeUndefined();
    expect(await raise(codeSent())).toMatchObject({ level: 2 });
  });
});

describe('A1: proveBySecondCode', () => {
  it('G11: raises the proof to level 2, with a fresh token; keeps the method and the hash, not the number', async () => {
    const code = await sendSecond();

    expect(await raise(` ${code.slice(0, 4)} ${code.slice(4)}`, { now: minutes(5) })).toEqual({
      token: 'token-2',
      expiresAt: minutes(35).toISOString(),
      level: 2,
    });

    expect(await proof()).toMatchObject({ level: 2, method: 'email-code+sms-code', second });
    expect((await requireRequest(world, requestId)).state).toBe('verified');
    expect(await isTokenValid(world.requests, requestId, 'token-1', minutes(5))).toBe(false);
    expect(await isTokenValid(world.requests, requestId, 'token-2', minutes(34))).toBe(true);
    expect((await readChain(world.ledger, `R#${requestId}`)).at(-1)).toMatchObject({
      type: 'level-raised',
      actor: 'subject',
      facts: { method: 'email-code+sms-code', level: 2 },
    });
  });

  it('P16: the raised proof ends when the first would have, and starts the work once', async () => {
    await raise(await sendSecond(), { now: minutes(5) });

    expect(await proof()).toMatchObject({ expiresAt: minutes(30).toISOString() });
    await expect(start(world, requestId, minutes(30))).rejects.toMatchObject({ name: 'TransactionRefused' });
    await start(world, requestId, minutes(29));
    expect((await requireRequest(world, requestId)).state).toBe('in-progress');
  });

  it.each<[string, Change]>([
    ['another code', { code: '00000000' }],
    ['no code', { code: '' }],
    ['another browser (A2)', { browserSecret: 'another' }],
    ['a code too old', { now: minutes(10) }],
    ['a request that is not there', { requestId: '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e' }],
  ])('is undefined, and nothing more, for %s', async (_, change) => {
    const code = await sendSecond();

    expect(await raise(code, change)).toBeUndefined();
    expect(await proof()).toMatchObject({ level: 1 });
    expect(await isTokenValid(world.requests, requestId, 'token-1', now)).toBe(true);
  });

  it('A17: a code of one request is none in another, not even where its row is copied there', async () => {
    const code = await sendSecond();
    const other = await fileAndProve();
    await sendSecond(other);
    expect(await raise(code, { requestId: other })).toBeUndefined();

    const Item = { ...(await rowOf(world, requestId, 'CODE#second')), ...requestKey(other, 'CODE#second') };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await raise(code, { requestId: other })).toBeUndefined();
    expect(await raise(code)).toMatchObject({ level: 2 });
  });

  it('A17: proves the number that it was sent to and no other that another hand writes beside it', async () => {
    const code = await sendSecond();
    const Item = { ...(await rowOf(world, requestId, 'CODE#second')), hash: 'hash-of-another' };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await raise(code)).toBeUndefined();
  });

  it('A17: a proof whose second identifier another hand changed is none', async () => {
    await raise(await sendSecond());
    const honest = await rowOf(world, requestId, 'PROOF');
    const put = (change: object) =>
      world.requests.client.send(
        new PutCommand({ TableName: world.requests.name, Item: { ...honest, ...change } }),
      );

    for (const change of [{ second: { ...second, hash: 'hash-of-another' } }, { second: undefined }]) {
      await put(change);
      await expect(proof()).rejects.toMatchObject({ name: 'ProofMissing' });
    }
    await put({});
    await expect(proof()).resolves.toMatchObject({ level: 2 });
  });

  it('needs a first proof that was made here and holds still: a planted state or proof raises nothing', async () => {
    const unproven = await fileForEmail(world, now);
    await advance(world, unproven, now, 'identity-verified');
    const code = await sendSecond(unproven);
    expect(await raise(code, { requestId: unproven })).toBeUndefined();

    const planted = { ...(await rowOf(world, requestId, 'PROOF')), ...requestKey(unproven, 'PROOF') };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item: planted }));
    expect(await raise(code, { requestId: unproven })).toBeUndefined();

    const late = await ask({}, minutes(25));
    await deliver(late, minutes(25));
    expect(await raise(codeSent(), { now: minutes(30) })).toBeUndefined();
  });

  it('is only for a request that is verified, and not started, withdrawn or disavowed', async () => {
    const code = await sendSecond();
    await start(world, requestId);
    expect(await raise(code)).toBeUndefined();
    expect(await proof()).toMatchObject({ level: 1 });

    for (const event of ['withdrawn', 'disavowed'] as const) {
      const stopped = await fileAndProve();
      const other = await sendSecond(stopped);
      await advance(world, stopped, now, event);
      expect(await raise(other, { requestId: stopped })).toBeUndefined();
    }
  });

  it('A21: of guesses five are compared; those of the mail’s code are not used up, nor the other way round', async () => {
    const code = await sendSecond();
    await sendCode(world, requestId);
    for (let guess = 0; guess < 5; guess += 1) expect(await raise('00000000')).toBeUndefined();

    expect(await raise(code)).toBeUndefined();
    expect(await rowOf(world, requestId, 'CODE')).toMatchObject({ triesLeft: 5 });
    expect(await prove(world, requestId, { token: 'token-3' })).toMatchObject({ level: 1 });
  });

  it('works once, and of two at once one wins', async () => {
    const code = await sendSecond();
    const raised = await Promise.all([raise(code, { token: 'a' }), raise(code, { token: 'b' })]);

    expect(raised.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await raise(code, { token: 'c' })).toBeUndefined();
  });

  it('a fresh code of the mail proves anew, at level 1: what was proven beside the old proof went with it', async () => {
    await raise(await sendSecond());
    await sendCode(world, requestId);

    expect(await prove(world, requestId, { token: 'token-3' })).toMatchObject({ level: 1 });
    expect(await proof()).toMatchObject({ level: 1 });
    expect((await proof()).second).toBeUndefined();
  });
});
