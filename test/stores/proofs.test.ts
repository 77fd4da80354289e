import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '#shared/aws/transaction.ts';
import { requireProof, writeProof } from '#shared/identity/proof.ts';
import { proveBySession } from '#shared/identity/prove-by-session.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import {
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

describe('P16: a proof', () => {
  it('starts the work once, in time, with its scope', async () => {
    await prove();

    const { request, effects } = await start(minutes(29));

    expect(request).toMatchObject({ state: 'in-progress', scope: 'all' });
    expect(effects).toEqual([{ kind: 'start-work', requestId, attempt: 1, work: 'export' }]);
    await expect(start(minutes(29.5))).rejects.toMatchObject({ name: 'TransitionRefused' });
  });

  it('starts nothing after half an hour, and a fresh code makes a fresh one', async () => {
    await prove();
    await expect(start(minutes(30))).rejects.toMatchObject({ name: 'TransactionRefused' });
    expect(await state()).toBe('verified');

    await send(code, minutes(30));
    await prove({ token: 'token-2', now: minutes(30) });
    expect((await start(minutes(31))).request.state).toBe('in-progress');
  });

  it('A17: is none where another hand wrote it', async () => {
    await prove();
    const request = await requireRequest(world, requestId);
    const honest = await row('PROOF');
    const other = await fileForEmail(world, now, { identifierHash: 'hash-mallory' });
    await sendCode(world, other);
    await prove({ requestId: other });
    const copied = await rowOf(world, other, 'PROOF');
    const put = (item: object) =>
      world.requests.client.send(
        new PutCommand({
          TableName: world.requests.name,
          Item: { ...item, ...requestKey(requestId, 'PROOF') },
        }),
      );
    const forged = [
      { ...honest, level: 2 },
      { ...honest, method: 'email-code-and-more' },
      { ...honest, expiresAt: minutes(600).toISOString() },
      { ...honest, provenAt: minutes(1).toISOString() },
      { ...honest, mac: 'A'.repeat(43) },
      { ...honest, mac: String(honest?.['mac']).slice(0, 20) },
      { ...copied },
    ];

    for (const item of forged) {
      await put(item);
      await expect(
        requireProof(world.requests, world.key('proof'), request),
        JSON.stringify(item),
      ).rejects.toMatchObject({
        name: 'ProofMissing',
      });
    }
    await put({ ...honest });
    await expect(requireProof(world.requests, world.key('proof'), request)).resolves.toMatchObject({
      level: 1,
    });
    await expect(requireProof(world.requests, world.key('index'), request)).rejects.toMatchObject({
      name: 'ProofMissing',
    });
  });

  it('A17: holds for its right and identifier alone', async () => {
    await prove();
    const request = await requireRequest(world, requestId);
    const { channel } = request;
    if (channel.kind !== 'subject') throw new Error('not a subject');
    const asking = (changed: typeof request) => requireProof(world.requests, world.key('proof'), changed);

    await expect(asking({ ...request, right: 'portability' })).rejects.toMatchObject({
      name: 'ProofMissing',
    });
    await expect(
      asking({ ...request, channel: { ...channel, identifierHash: 'hash-bob' } }),
    ).rejects.toMatchObject({
      name: 'ProofMissing',
    });
  });

  it('A4: holds for the time its request was received at alone: what was linked later opens nothing', async () => {
    await prove();
    const request = await requireRequest(world, requestId);
    const receivedAt = '2029-01-01T00:00:00.000Z';

    await expect(
      requireProof(world.requests, world.key('proof'), { ...request, receivedAt }),
    ).rejects.toMatchObject({ name: 'ProofMissing' });
  });

  it('a used one is not replaced', async () => {
    await prove();
    await start();
    const request = await requireRequest(world, requestId);
    const fresh = await writeProof(world.requests, world.key('proof'), request, {
      level: 2,
      method: 'email-code',
      now,
    });

    await expect(transact(world.requests.client, [fresh])).rejects.toMatchObject({
      name: 'TransactionRefused',
    });
  });
});

describe('A11: proveBySession', () => {
  it.each([
    { method: 'password', level: 1 },
    { method: 'passkey', level: 2 },
  ])('G11: $method proves level $level', async ({ method, level }) => {
    requestId = await fileInSession(world, now, { method });

    expect(await proveBySession(world, world.key('proof'), requestId, minutes(9))).toBe(level);
    const request = await requireRequest(world, requestId);
    expect(request.state).toBe('verified');
    expect(await requireProof(world.requests, world.key('proof'), request)).toMatchObject({
      level,
      method: `site-session/${method}`,
    });
    expect(await proveBySession(world, world.key('proof'), requestId, minutes(9))).toBe(level);
  });

  it('proves nothing by an old login, an unknown method, or for a request of another kind', async () => {
    const [old, odd] = [await fileInSession(world, now), await fileInSession(world, now, { method: 'face' })];

    expect(await proveBySession(world, world.key('proof'), old, minutes(10.01))).toBeUndefined();
    expect(await proveBySession(world, world.key('proof'), odd, now)).toBeUndefined();
    expect(await proveBySession(world, world.key('proof'), requestId, now)).toBeUndefined();
    expect((await requireRequest(world, old)).state).toBe('awaiting-identity');
  });

  it('holds for the profile that the site named, and no other', async () => {
    requestId = await fileInSession(world, now, { profileId: 'profile-1' });
    await proveBySession(world, world.key('proof'), requestId, now);
    const request = await requireRequest(world, requestId);
    if (request.channel.kind !== 'site') throw new Error('not a site');

    const moved = { ...request, channel: { ...request.channel, profileId: 'profile-2' } };

    await expect(requireProof(world.requests, world.key('proof'), moved)).rejects.toMatchObject({
      name: 'ProofMissing',
    });
  });
});
