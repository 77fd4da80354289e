import { SignCommand } from '@aws-sdk/client-kms';
import 'aws-sdk-client-mock-vitest/extend';
import { v7 as uuid } from 'uuid';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signManifest } from '#shared/bundle/sign-manifest.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { verifyJws } from '#shared/signing/verify-jws.ts';
import { fakeSigningKey } from '#test/shared/signing/fake-kms.ts';
import { advance, fileForEmail, makeRequestWorld } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
let evidence: Awaited<ReturnType<typeof fakeSigningKey>>;
let requestId: string;
const now = new Date('2027-06-15T12:00:00.000Z');
const tagManifest = `${'ab'.repeat(64)}  manifest-sha512.txt\n`;

const sign = (change: Partial<Parameters<typeof signManifest>[2]> = {}, at = now) =>
  signManifest(
    world.requests,
    { kms: evidence.kms, keyId: evidence.keyId, kid: evidence.jwk.kid },
    { requestId, attempt: 1, number: 1, tagManifest, ...change },
    at,
  );
const signatures = () => evidence.calls.commandCalls(SignCommand).length;

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(async () => {
  evidence = await fakeSigningKey('evidence');
  requestId = await fileForEmail(world, now);
  await advance(world, requestId, now, 'identity-verified', 'started');
});

describe('A19: signManifest', () => {
  it('signs the manifest of a bundle in progress, detached, as a bundle and as nothing else', async () => {
    const jws = await sign();

    const [header = '', payload] = jws.split('.');
    expect(payload).toBe('');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'ES256',
      kid: evidence.jwk.kid,
      typ: 'data-rights-bundle+jws',
      iat: now.getTime() / 1_000,
    });
    const jwks = { keys: [evidence.jwk] };
    const verified = await verifyJws(jws, jwks, {
      typ: 'data-rights-bundle+jws',
      payload: Buffer.from(tagManifest),
    });
    expect(verified).toMatchObject({ fingerprint: evidence.jwk.kid, iat: now.getTime() / 1_000 });
  });

  it('gives the same manifest the same signature again, without signing again', async () => {
    const first = await sign();

    expect(await sign({}, new Date('2027-06-15T13:00:00.000Z'))).toBe(first);
    expect(signatures()).toBe(1);
  });

  it('another manifest, or another bundle of the request, gets its own', async () => {
    const all = [await sign(), await sign({ tagManifest: `${tagManifest} ` }), await sign({ number: 2 })];

    expect(new Set(all).size).toBe(3);
    expect(signatures()).toBe(3);
  });

  it('signs for no other attempt, no ended request, and none that is not there', async () => {
    await expect(sign({ attempt: 2 })).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    await expect(sign({ requestId: uuid() })).rejects.toMatchObject({ name: 'RequestUnknown' });
    await sign();
    const at = now.toISOString();
    await commitChange(world, requestId, { event: 'tasks-ended', at, actor: 'system', attempt: 1 });

    await expect(sign()).rejects.toMatchObject({ name: 'AttemptSuperseded' });
    expect(signatures()).toBe(1);
  });
});
