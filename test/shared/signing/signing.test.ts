import {
  sign as signWithNode,
  createPublicKey,
  verify as verifyWithNode,
  generateKeyPairSync,
} from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { calculateJwkThumbprint, compactVerify, flattenedVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { derToRaw } from '#shared/signing/ecdsa-signature.ts';
import { publicKeys } from '#shared/signing/public-keys.ts';
import { signJws } from '#shared/signing/sign-jws.ts';
import { parseSigningJwks } from '#shared/signing/signing-jwk.ts';
import { verifyJws, type RefusalReason } from '#shared/signing/verify-jws.ts';
import { fakeSigningKey } from './fake-kms.ts';

const iat = Date.parse('2026-11-24T20:00:00.000Z') / 1000;
const payload = Buffer.from('{"found":1}');
const key = await fakeSigningKey('evidence');
const jwks = { keys: [key.jwk] };
const receipt = { typ: 'data-rights-receipt+jwt', payload, iat } as const;
const bundle = { typ: 'data-rights-bundle+jws', payload, iat, detached: true } as const;

const refused = (reason: RefusalReason) =>
  expect.objectContaining({ name: 'StatementRefused', reason }) as Error;
const forge = (header: object, body = payload): string => {
  const input = [JSON.stringify(header), body]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const signature = signWithNode('sha256', Buffer.from(input), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${signature.toString('base64url')}`;
};
const header = { alg: 'ES256', kid: key.kid, typ: receipt.typ, iat };

describe('signJws', () => {
  it('A19: makes an ES256 JWS that jose and node:crypto verify', async () => {
    const jws = await signJws(key, receipt);
    const verified = await compactVerify(jws, await importJWK({ ...key.jwk }, 'ES256'));
    expect(verified.protectedHeader).toEqual(header);
    expect(Buffer.from(verified.payload)).toEqual(payload);

    const [head, body, signature = ''] = jws.split('.');
    const raw = Buffer.from(signature, 'base64url');
    const isRight = verifyWithNode(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key: key.publicKey, dsaEncoding: 'ieee-p1363' },
      raw,
    );
    expect(isRight).toBe(true);
  });

  it('leaves a detached payload out, and gives KMS the digest alone', async () => {
    const jws = await signJws(key, bundle);
    const [head = '', body, signature = ''] = jws.split('.');
    expect(body).toBe('');
    const parts = { protected: head, payload: payload.toString('base64url'), signature };
    await expect(flattenedVerify(parts, await importJWK({ ...key.jwk }, 'ES256'))).resolves.toBeDefined();
    const sent = key.calls.commandCalls(SignCommand).at(-1)?.args[0].input;
    expect(sent).toMatchObject({
      KeyId: key.keyId,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    expect(sent?.Message).toHaveLength(32);
  });

  it('fails where KMS answers no signature', async () => {
    const kms = new KMSClient({ region: 'eu-central-1' });
    mockClient(kms).on(SignCommand).resolves({});
    await expect(signJws({ kms, keyId: 'k', kid: 'k' }, receipt)).rejects.toMatchObject({
      name: 'SignatureMalformed',
    });
  });
});

describe('derToRaw', () => {
  it('agrees with what node:crypto makes itself', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (message) => {
        const raw = derToRaw(signWithNode('sha256', message, key.privateKey));
        expect(raw).toHaveLength(64);
        expect(
          verifyWithNode('sha256', message, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, raw),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('pads small numbers', () => {
    const raw = derToRaw(Buffer.from('3007020101020200ff', 'hex'));
    expect(raw.toString('hex')).toBe(`${'01'.padStart(64, '0')}${'ff'.padStart(64, '0')}`);
  });

  it('refuses everything else by name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(() => derToRaw(bytes)).toThrow(
          expect.objectContaining({ name: 'SignatureMalformed' }) as Error,
        );
      }),
    );
  });
});

describe('publicKeys', () => {
  it('A19: lists what a key may sign, from when, under its RFC 7638 thumbprint', async () => {
    const tasks = await fakeSigningKey('tasks');
    const [own] = (await publicKeys(key.kms, [key.published])).keys;
    expect(own).toMatchObject({
      kid: await calculateJwkThumbprint({ ...key.jwk }),
      use: 'sig',
      alg: 'ES256',
      typ: ['data-rights-bundle+jws', 'data-rights-receipt+jwt', 'data-rights-checkpoint+jwt'],
      validFrom: '2026-01-01T00:00:00.000Z',
    });
    expect(tasks.jwk.typ).toEqual(['data-rights-task+jwt']);
    expect(createPublicKey({ key: { ...key.jwk }, format: 'jwk' }).equals(key.publicKey)).toBe(true);
  });

  it('takes no other kind of key', async () => {
    const kms = new KMSClient({ region: 'eu-central-1' });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    mockClient(kms)
      .on(GetPublicKeyCommand)
      .resolves({ PublicKey: publicKey.export({ format: 'der', type: 'spki' }) });
    await expect(publicKeys(kms, [key.published])).rejects.toMatchObject({ name: 'KeyNotP256' });
  });

  it('reads its own answer back, without a private part', () => {
    const published: unknown = JSON.parse(JSON.stringify({ keys: [{ ...key.jwk, d: 'private' }] }));
    expect(parseSigningJwks(published)).toEqual(jwks);
    for (const other of [{}, { keys: [] }, { keys: [{ kty: 'RSA' }] }, 'text', null]) {
      expect(() => parseSigningJwks(other)).toThrow(
        expect.objectContaining({ name: 'KeySetInvalid' }) as Error,
      );
    }
  });
});

describe('verifyJws', () => {
  it('A19: answers payload, time and the fingerprint of the key', async () => {
    const { typ } = receipt;
    expect(await verifyJws(await signJws(key, receipt), jwks, { typ })).toEqual({
      payload,
      iat,
      fingerprint: key.kid,
    });
    const detached = await signJws(key, bundle);
    expect((await verifyJws(detached, jwks, { typ: bundle.typ, payload })).fingerprint).toBe(key.kid);
  });

  it.each<[title: string, reason: RefusalReason, jws: () => string | Promise<string>]>([
    ['another typ', 'wrong-typ', () => signJws(key, { ...receipt, typ: 'data-rights-checkpoint+jwt' })],
    ['another algorithm', 'malformed', () => forge({ ...header, alg: 'HS256' })],
    ['no algorithm', 'malformed', () => forge({ ...header, alg: 'none' })],
    ['a key in its header', 'malformed', () => forge({ ...header, jwk: key.jwk })],
    ['an extension it must understand', 'malformed', () => forge({ ...header, crit: ['b64'], b64: false })],
    ['no time', 'malformed', () => forge({ ...header, iat: undefined })],
    ['an unknown key', 'unknown-key', () => forge({ ...header, kid: 'other' })],
    ['a time before the key', 'key-not-valid-at-iat', () => forge({ ...header, iat: 1 })],
    [
      'a changed payload',
      'wrong-signature',
      async () => (await signJws(key, receipt)).replace('eyJm', 'eyJn'),
    ],
    ['a detached payload that is not given', 'malformed', () => signJws(key, { ...receipt, detached: true })],
    ['no JWS', 'malformed', () => 'a.b'],
    ['an empty text', 'malformed', () => ''],
  ])('A19: refuses %s', async (_title, reason, jws) => {
    await expect(verifyJws(await jws(), jwks, { typ: receipt.typ })).rejects.toThrow(refused(reason));
  });

  it('A19: refuses a statement by a key that does not list its typ', async () => {
    const tasks = await fakeSigningKey('tasks');
    const jws = await signJws(tasks, receipt);
    const both = { keys: [key.jwk, tasks.jwk] };
    await expect(verifyJws(jws, both, { typ: receipt.typ })).rejects.toThrow(refused('key-not-for-typ'));
  });

  it('A19: refuses a statement dated after the end of its key, not one from within', async () => {
    const ended = (validUntil: string) => ({ keys: [{ ...key.jwk, validUntil }] });
    const jws = await signJws(key, receipt);
    const { typ } = receipt;
    await expect(verifyJws(jws, ended('2026-11-24T19:59:59Z'), { typ })).rejects.toThrow(
      refused('key-not-valid-at-iat'),
    );
    await expect(verifyJws(jws, ended('2026-11-24T20:00:00.500Z'), { typ })).resolves.toBeDefined();
  });

  it('refuses a key whose kid is not its thumbprint', async () => {
    const other = await fakeSigningKey('evidence');
    const swapped = { keys: [{ ...other.jwk, kid: key.kid }] };
    await expect(verifyJws(await signJws(key, receipt), swapped, { typ: receipt.typ })).rejects.toThrow(
      refused('unknown-key'),
    );
  });

  it('refuses a whole JWS where a detached one is expected, and another payload', async () => {
    const { typ } = bundle;
    const attached = await signJws(key, { ...bundle, detached: false });
    await expect(verifyJws(attached, jwks, { typ, payload })).rejects.toThrow(refused('malformed'));
    const jws = await signJws(key, bundle);
    await expect(verifyJws(jws, jwks, { typ, payload: Buffer.from('other') })).rejects.toThrow(
      refused('wrong-signature'),
    );
  });
});
