import { PublishCommand } from '@aws-sdk/client-sns';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { readMessage } from '#shared/requests/messages-outbox.ts';
import { destroyKey } from '#test/support/erasure.ts';
import { makeRequestWorld } from '#test/support/filed-request.ts';
import { minutes, now, rowOf, start } from '#test/support/prover.ts';
import { fileAndProve, phone, second, secondCodes } from '#test/support/second-codes.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let codes: ReturnType<typeof secondCodes>;
let requestId: string;
beforeAll(async () => {
  world = await makeRequestWorld();
  codes = secondCodes(world, () => requestId);
});
beforeEach(async () => {
  codes.reset();
  requestId = await fileAndProve(world);
});

describe('A21: the code of a text message', () => {
  it('goes to the number that was named, and leaves neither it nor the code in any row', async () => {
    const messageId = await codes.ask();
    expect(await codes.deliver(messageId)).toBe('sent');

    expect(codes.published().map(({ PhoneNumber }) => PhoneNumber)).toEqual([phone]);
    expect(codes.codeSent()).toMatch(/^\d{8}$/);
    const rows = JSON.stringify([
      await queryAll(world.requests, `R#${requestId}`),
      await readChain(world.ledger, `R#${requestId}`),
    ]);
    expect(rows).not.toContain(codes.codeSent());
    expect(rows).not.toContain(phone);
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).not.toHaveProperty('sealed');
    expect(await codes.deliver(messageId)).toBe('ended-before');
  });

  it('waits for its sending sealed under the request’s key; without the key nothing is sent', async () => {
    const messageId = await codes.ask();
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).toMatchObject({
      hash: second.hash,
      sealed: expect.any(Uint8Array) as Uint8Array,
    });
    await destroyKey(world.vault.keys, `R#${requestId}`, 'request');

    expect(await codes.deliver(messageId)).toBe('dropped');
    expect(codes.published()).toEqual([]);
  });

  it.each<[string, () => ReturnType<typeof codes.deliver>]>([
    ['to what is no second identifier', async () => codes.deliver(await codes.ask({ sends: false }))],
    [
      'to a country that is not listed (A28)',
      async () => codes.deliver(await codes.ask({ value: '+12025550123' })),
    ],
    [
      'where no country is listed (A28)',
      async () => codes.deliver(await codes.ask(), now, { countries: new Set() }),
    ],
    ['when nobody waits for it any more', async () => codes.deliver(await codes.ask(), minutes(10.01))],
    [
      'once the work has begun',
      async () => {
        const messageId = await codes.ask();
        await start(world, requestId);
        return codes.deliver(messageId);
      },
    ],
  ])('is not sent %s; the number is let go of all the same', async (_, send) => {
    expect(await send()).toBe('dropped');

    expect(codes.published()).toEqual([]);
    expect(await rowOf(world, requestId, 'CODE#second')).toBeUndefined();
    const messageId = codes.lastAsked();
    expect(await rowOf(world, requestId, `SECOND#${messageId}`)).not.toHaveProperty('sealed');
    expect(await readMessage(world.requests, requestId, messageId)).toMatchObject({ state: 'dropped' });
  });

  it('A28: is not sent beyond the day’s budget, which begins anew the next day', async () => {
    const day = new Date('2031-01-01T12:00:00.000Z');
    const next = new Date('2031-01-02T00:00:00.000Z');
    const send = async (at: Date) => codes.deliver(await codes.ask({}, at), at, { perDay: 2 });

    expect([await send(day), await send(day), await send(day)]).toEqual(['sent', 'sent', 'dropped']);
    expect(codes.log.lines).toEqual([
      expect.objectContaining({
        message: 'text-over-budget',
        values: { requestId, kind: 'second-code' },
      }),
    ]);
    expect(await send(next)).toBe('sent');
  });

  it('A28: is not counted where it failed', async () => {
    const day = new Date('2031-02-01T12:00:00.000Z');
    codes.texts.on(PublishCommand).rejects(new Error('away'));
    for (const _ of [1, 2, 3])
      await expect(codes.deliver(await codes.ask({}, day), day, { perDay: 1 })).rejects.toThrow();
    codes.texts.on(PublishCommand).resolves({});

    expect(await codes.deliver(await codes.ask({}, day), day, { perDay: 1 })).toBe('sent');
    expect(await codes.deliver(await codes.ask({}, day), day, { perDay: 1 })).toBe('dropped');
  });

  it('race 14: is sent again after a failure, with a fresh code that voids the one before', async () => {
    codes.texts.on(PublishCommand).rejectsOnce(new Error('away')).resolves({});
    const messageId = await codes.ask();
    await expect(codes.deliver(messageId)).rejects.toThrow('away');
    const first = codes.codeSent();

    expect(await codes.deliver(messageId)).toBe('sent');

    expect(await codes.raise(first)).toBeUndefined();
    expect(await codes.raise(codes.codeSent())).toMatchObject({ level: 2 });
  });
});
