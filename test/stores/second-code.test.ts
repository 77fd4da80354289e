import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireProof } from '#shared/identity/proof.ts';
import { isTokenValid } from '#shared/identity/token.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';
import { minutes, now, prove, rowOf, sendCode, start } from '#test/support/prover.ts';
import { fileAndProve, second, secondCodes, type Change } from '#test/support/second-codes.ts';

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
const proof = async (id = requestId) =>
  requireProof(world.requests, world.key('proof'), await requireRequest(world, id));

describe('A1: proveBySecondCode', () => {
  it('G11: raises the proof to level 2, with a fresh token; keeps the method and the hash, not the number', async () => {
    const code = await codes.send();

    expect(await codes.raise(` ${code.slice(0, 4)} ${code.slice(4)}`, { now: minutes(5) })).toEqual({
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
    await codes.raise(await codes.send(), { now: minutes(5) });

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
    const code = await codes.send();

    expect(await codes.raise(code, change)).toBeUndefined();
    expect(await proof()).toMatchObject({ level: 1 });
    expect(await isTokenValid(world.requests, requestId, 'token-1', now)).toBe(true);
  });

  it('A17: a code of one request is none in another, not even where its row is copied there', async () => {
    const code = await codes.send();
    const other = await fileAndProve(world);
    await codes.send(other);
    expect(await codes.raise(code, { requestId: other })).toBeUndefined();

    const Item = { ...(await rowOf(world, requestId, 'CODE#second')), ...requestKey(other, 'CODE#second') };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await codes.raise(code, { requestId: other })).toBeUndefined();
    expect(await codes.raise(code)).toMatchObject({ level: 2 });
  });

  it('A17: proves the number that it was sent to and no other that another hand writes beside it', async () => {
    const code = await codes.send();
    const Item = { ...(await rowOf(world, requestId, 'CODE#second')), hash: 'hash-of-another' };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item }));

    expect(await codes.raise(code)).toBeUndefined();
  });

  it('A17: a proof whose second identifier another hand changed is none', async () => {
    await codes.raise(await codes.send());
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
    const code = await codes.send(unproven);
    expect(await codes.raise(code, { requestId: unproven })).toBeUndefined();

    const planted = { ...(await rowOf(world, requestId, 'PROOF')), ...requestKey(unproven, 'PROOF') };
    await world.requests.client.send(new PutCommand({ TableName: world.requests.name, Item: planted }));
    expect(await codes.raise(code, { requestId: unproven })).toBeUndefined();

    const late = await codes.ask({}, minutes(25));
    await codes.deliver(late, minutes(25));
    expect(await codes.raise(codes.codeSent(), { now: minutes(30) })).toBeUndefined();
  });

  it('is only for a request that is verified, and not started, withdrawn or disavowed', async () => {
    const code = await codes.send();
    await start(world, requestId);
    expect(await codes.raise(code)).toBeUndefined();
    expect(await proof()).toMatchObject({ level: 1 });

    for (const event of ['withdrawn', 'disavowed'] as const) {
      const stopped = await fileAndProve(world);
      const other = await codes.send(stopped);
      await advance(world, stopped, now, event);
      expect(await codes.raise(other, { requestId: stopped })).toBeUndefined();
    }
  });

  it('A21: of guesses five are compared; those of the mail’s code are not used up, nor the other way round', async () => {
    const code = await codes.send();
    await sendCode(world, requestId);
    for (let guess = 0; guess < 5; guess += 1) expect(await codes.raise('00000000')).toBeUndefined();

    expect(await codes.raise(code)).toBeUndefined();
    expect(await rowOf(world, requestId, 'CODE')).toMatchObject({ triesLeft: 5 });
    expect(await prove(world, requestId, { token: 'token-3' })).toMatchObject({ level: 1 });
  });

  it('works once, and of two at once one wins', async () => {
    const code = await codes.send();
    const raised = await Promise.all([codes.raise(code, { token: 'a' }), codes.raise(code, { token: 'b' })]);

    expect(raised.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await codes.raise(code, { token: 'c' })).toBeUndefined();
  });

  it('a fresh code of the mail proves anew, at level 1: what was proven beside the old proof went with it', async () => {
    await codes.raise(await codes.send());
    await sendCode(world, requestId);

    expect(await prove(world, requestId, { token: 'token-3' })).toMatchObject({ level: 1 });
    expect(await proof()).toMatchObject({ level: 1 });
    expect((await proof()).second).toBeUndefined();
  });
});
