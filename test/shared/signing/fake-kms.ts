import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { publicKey } from '#shared/signing/public-keys.ts';
import type { SigningKeyUse } from '#shared/signing/statement-kinds.ts';

/** Order of the group of P-256 (FIPS 186-5). */
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const mod = (value: bigint): bigint => ((value % n) + n) % n;

/** Inverse modulo n, by Fermat: n is prime. */
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, mod(value), n - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  const content = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, content.length), content]);
}

/** ECDSA over a digest, as KMS does with MessageType DIGEST; node:crypto signs messages only, but gives the curve. */
export function signDigest(privateKey: Uint8Array, digest: Uint8Array): Buffer {
  const nonce = createECDH('prime256v1');
  nonce.generateKeys();
  const k = toNumber(nonce.getPrivateKey());
  const r = mod(toNumber(nonce.getPublicKey().subarray(1, 33)));
  const s = mod(inverse(k) * (toNumber(digest) + r * toNumber(privateKey)));
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** A KMS of one signing key that answers GetPublicKey and Sign as the real one does. */
export async function fakeSigningKey(use: SigningKeyUse, validFrom = '2026-01-01T00:00:00.000Z') {
  const { privateKey, publicKey: own } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const keyId = `key-${randomBytes(4).toString('hex')}`;
  const kms = new KMSClient({ region: 'eu-central-1' });
  const calls = mockClient(kms);
  calls.on(GetPublicKeyCommand, { KeyId: keyId }).resolves({
    PublicKey: own.export({ format: 'der', type: 'spki' }),
  });
  calls
    .on(SignCommand, { KeyId: keyId, MessageType: 'DIGEST' })
    .callsFake((input: { Message: Uint8Array }) => {
      if (input.Message.length !== 32) throw new Error('ValidationException');
      return { Signature: signDigest(secret, input.Message) };
    });
  const published = { keyId, use, validFrom };
  const jwk = await publicKey(kms, published);
  return { kms, calls, keyId, kid: jwk.kid, jwk, published, publicKey: own, privateKey };
}
