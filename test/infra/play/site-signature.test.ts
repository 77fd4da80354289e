import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signCall, type OutgoingCall } from '#infra/local/play/site-signature.ts';
import { matchesContentDigest } from '#shared/sites/content-digest.ts';
import { coverageOf, readParameters } from '#shared/sites/signature-profile.ts';
import { hmacVerifier, verifySignature } from '#shared/sites/verify-signature.ts';

const key = { keyId: randomUUID(), secret: Buffer.alloc(32, 7).toString('base64') };
const now = 1_796_000_000;
const post: OutgoingCall = {
  method: 'POST',
  url: 'http://127.0.0.1:8787/v1/consents',
  body: '{"name":"Żółć"}',
  idempotencyKey: randomUUID(),
};
const get: OutgoingCall = { method: 'GET', url: 'https://rights.example/v1/requests/1?page=2' };

/** Verifies as the service does. */
const verify = (call: OutgoingCall, headers: Record<string, string>) =>
  verifySignature(
    {
      kind: 'request',
      method: call.method,
      targetUri: call.url,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
    coverageOf({ hasBody: call.body !== undefined, hasIdempotencyKey: call.idempotencyKey !== undefined }),
    (stated) => {
      readParameters(stated, now);
      return Promise.resolve(hmacVerifier(Buffer.from(key.secret, 'base64')));
    },
  );

describe('the example signer', () => {
  it.each([
    ['a POST with body and idempotency key', post],
    ['a GET with a query and no body', get],
  ])('A2: signs %s so that the service takes it', async (_, call) => {
    const headers = signCall(key, call, now);
    await expect(verify(call, headers)).resolves.toMatchObject({ keyid: key.keyId, tag: 'data-rights' });
    expect(matchesContentDigest(headers['content-digest'] ?? '', Buffer.from(call.body ?? ''))).toBe(true);
  });

  it.each([
    ['method', { ...post, method: 'PUT' }],
    ['authority', { ...post, url: 'http://127.0.0.1:8788/v1/consents' }],
    ['path', { ...post, url: 'http://127.0.0.1:8787/v1/records' }],
    ['query', { ...post, url: 'http://127.0.0.1:8787/v1/consents?x=1' }],
  ])('A2: covers the %s', async (_, changed) => {
    const headers = signCall(key, post, now);
    await expect(verify(changed, headers)).rejects.toMatchObject({ reason: 'bad-signature' });
  });

  it.each(['content-digest', 'content-type', 'idempotency-key'])('A2: covers the header %s', async (name) => {
    const headers = { ...signCall(key, post, now), [name]: 'something-else' };
    await expect(verify(post, headers)).rejects.toMatchObject({ reason: 'bad-signature' });
  });

  it('A2: makes a fresh nonce for each call', () => {
    const [one, other] = [signCall(key, post, now), signCall(key, post, now)];
    expect(one['signature-input']).not.toBe(other['signature-input']);
  });

  it('holds for a minute, or for as long as is asked', () => {
    const expires = (headers: Record<string, string>) =>
      /expires=(\d+)/.exec(headers['signature-input'] ?? '')?.[1];
    expect(expires(signCall(key, post, now))).toBe(String(now + 60));
    expect(expires(signCall(key, post, now, 'n'.repeat(22), 300))).toBe(String(now + 300));
  });

  it('states what it covers, and the one profile that there is', () => {
    const headers = signCall(key, { ...post, idempotencyKey: 'k'.repeat(16) }, now, 'n'.repeat(22));
    expect(headers['signature-input']).toBe(
      'site=("@method" "@authority" "@path" "@query" "content-digest" "content-type" "idempotency-key")' +
        `;created=${now};expires=${now + 60};nonce="${'n'.repeat(22)}";keyid="${key.keyId}";alg="hmac-sha256";tag="data-rights"`,
    );
  });
});
