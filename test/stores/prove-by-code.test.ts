import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { codeRow, takeTry } from '#shared/identity/code-store.ts';
import { requireProof } from '#shared/identity/proof.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import {
  advance,
  fileForEmail,
  fileInSession,
  makeRequestWorld,
  requireRequest,
} from '#test/support/filed-request.ts';
import {
  code,
  minutes,
  now,
  prove as proveFor,
  rowOf,
  sendCode,
  start as startFor,
} from '#test/support/prover.ts';

type Change = Parameters<typeof proveFor>[2];
let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let requestId: string;
const send = (text = code, at = now) => sendCode(world, requestId, text, at);
const prove = (change: Parameters<typeof proveFor>[2] = {}) => proveFor(world, requestId, change);
const start = (at = now) => startFor(world, requestId, at);
const row = (sk: string) => rowOf(world, requestId, sk);
const state = async () => (await requireRequest(world, requestId)).state;

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  requestId = await fileForEmail(world, now);
  await send();
});

describe('P16: proveByCode', () => {
  it('G11: gives a token, a proof of level 1 and its event for the right code; keeps the method, not the code', async () => {
    expect(await prove({ code: 'ab2cd 3ef4g' })).toEqual({
      token: 'token-1',
      expiresAt: minutes(30).toISOString(),
      level: 1,
    });

    expect(await state()).toBe('verified');
    expect(
      await requireProof(world.requests, world.key('proof'), await requireRequest(world, requestId)),
    ).toMatchObject({
      level: 1,
      method: 'email-code',
      expiresAt: minutes(30).toISOString(),
    });
    expect((await readChain(world.ledger, `R#${requestId}`)).at(-1)).toMatchObject({
      type: 'identity-verified',
      actor: 'subject',
      facts: { method: 'email-code', level: 1 },
    });
    const kept = JSON.stringify([
      await queryAll(world.requests, `R#${requestId}`),
      await readChain(world.ledger, `R#${requestId}`),
    ]);
    expect(kept).not.toMatch(/AB2CD|token-1/);
  });

  it.each<{ wrong: string; change: Change }>([
    { wrong: 'another code', change: { code: 'AB2CD-3EF4H' } },
    { wrong: 'no code', change: { code: '' } },
    { wrong: 'another browser (A2)', change: { browserSecret: 'another' } },
    { wrong: 'a code too old', change: { now: minutes(10) } },
    { wrong: 'a request that is not there', change: { requestId: '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e' } },
  ])('is undefined, and nothing more, for $wrong', async ({ change }) => {
    expect(await prove(change)).toBeUndefined();
    expect(await state()).toBe('awaiting-identity');
    expect(await row('PROOF')).toBeUndefined();
  });

  it('A2: a code of one request proves no other, even in the same browser', async () => {
    const poisoned = await fileForEmail(world, now);
    await sendCode(world, poisoned, 'ZZZZZ-ZZZZZ');

    expect(await prove({ requestId: poisoned })).toBeUndefined();
    expect(await prove()).toBeDefined();
  });

  it('is not for requests of a site’s session', async () => {
    requestId = await fileInSession(world, now);
    await send();

    expect(await prove()).toBeUndefined();
  });

  it('a fresh code voids the one before', async () => {
    await send('ZZZZZ-ZZZZZ');

    expect(await prove()).toBeUndefined();
    expect(await prove({ code: 'ZZZZZ-ZZZZZ' })).toBeDefined();
  });

  it('of two proofs at once by one code, one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      requestId = await fileForEmail(world, now);
      await send();

      const proven = await Promise.all([prove({ token: 'a' }), prove({ token: 'b' })]);

      expect(proven.filter((one) => one !== undefined)).toHaveLength(1);
      const [winner] = proven.flatMap((one) => one?.token ?? []);
      expect(await isTokenValid(world.requests, requestId, winner ?? '', now)).toBe(true);
      expect(await isTokenValid(world.requests, requestId, winner === 'a' ? 'b' : 'a', now)).toBe(false);
    }
  });

  it('of two renewals at once by one code, one wins', async () => {
    await prove();
    for (let round = 0; round < 5; round += 1) {
      await send();

      const renewed = await Promise.all([prove({ token: `a${round}` }), prove({ token: `b${round}` })]);

      expect(renewed.filter((one) => one !== undefined)).toHaveLength(1);
    }
  });

  it('A2: a code row that another hand copied into a request proves nothing there', async () => {
    const poisoned = await fileForEmail(world, now);
    const Item = { ...(await row('CODE')), ...requestKey(poisoned, 'CODE') };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await prove({ requestId: poisoned })).toBeUndefined();
  });

  it('works once', async () => {
    await prove();

    expect(await prove({ token: 'token-2' })).toBeUndefined();
    expect(await isTokenValid(world.requests, requestId, 'token-2', now)).toBe(false);
  });

  it('a lapsed request is revived by a late proof, an ended one by none', async () => {
    await advance(world, requestId, now, 'lapsed');
    expect(await prove()).toMatchObject({ level: 1 });
    expect(await state()).toBe('verified');

    await advance(world, requestId, now, 'withdrawn');
    await send();
    expect(await prove({ token: 'token-2' })).toBeUndefined();
    expect(await state()).toBe('withdrawn');
  });
});

describe('A21: tries', () => {
  it('of fifty guesses at once five are compared, and then the right code is one too many', async () => {
    const taken = await Promise.all(
      Array.from({ length: 50 }, () => takeTry(world.requests, codeRow(requestId), now)),
    );

    expect(taken.filter((mac) => mac !== undefined)).toHaveLength(5);
    expect(await row('CODE')).toMatchObject({ triesLeft: 0 });
    expect(await prove()).toBeUndefined();
  });

  it('a wrong guess takes one, also where it is no code at all; the wrong browser takes none', async () => {
    for (const guess of ['AB2CD-3EF4H', 'not a code', '', 'AB2CD-3EF4J']) await prove({ code: guess });
    await prove({ browserSecret: 'another' });

    expect(await row('CODE')).toMatchObject({ triesLeft: 1 });
    expect(await prove()).toBeDefined();
  });

  it('none is left once the code was used or is over', async () => {
    expect(await takeTry(world.requests, codeRow(requestId), minutes(10))).toBeUndefined();
    expect(await takeTry(world.requests, codeRow(requestId), minutes(9.99))).toBeDefined();
    await prove();
    expect(await takeTry(world.requests, codeRow(requestId), now)).toBeUndefined();
  });
});

describe('A30, race 13: the token', () => {
  it('holds 30 minutes, for its request alone, and is kept as a hash', async () => {
    await prove();
    const other = await fileForEmail(world, now);

    expect(await isTokenValid(world.requests, requestId, 'token-1', minutes(29.99))).toBe(true);
    expect(await isTokenValid(world.requests, requestId, 'token-1', minutes(30))).toBe(false);
    expect(await isTokenValid(world.requests, requestId, 'token-2', now)).toBe(false);
    expect(await isTokenValid(world.requests, other, 'token-1', now)).toBe(false);
  });

  it('is renewed by a fresh code, which revokes the one before', async () => {
    await prove();
    await send(code, minutes(20));

    expect(await prove({ token: 'token-2', now: minutes(20) })).toMatchObject({
      expiresAt: minutes(50).toISOString(),
    });

    expect(await isTokenValid(world.requests, requestId, 'token-1', minutes(20))).toBe(false);
    expect(await isTokenValid(world.requests, requestId, 'token-2', minutes(49))).toBe(true);
    expect(await state()).toBe('verified');
  });

  it('renewed while the work runs or after it, leaves the used proof as it is', async () => {
    await prove();
    await start();
    const before = await row('PROOF');
    await send(code, minutes(5));

    expect(await prove({ token: 'token-2', now: minutes(5) })).toBeDefined();
    expect(await row('PROOF')).toEqual(before);
    expect(await state()).toBe('in-progress');
  });
});
