import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { statementKinds, type SigningKeyUse } from './statement-kinds.ts';
import { thumbprint, type EcPublicKey, type SigningJwk, type SigningJwks } from './signing-jwk.ts';

/** A signing key as the deployment knows it. Keys that sign no longer stay listed, with the end of their time. */
export type PublishedKey = {
  readonly keyId: string;
  readonly use: SigningKeyUse;
  /** RFC 3339 */
  readonly validFrom: string;
  readonly validUntil?: string;
};

/** Thrown where KMS answers a key that is not ECC_NIST_P256. */
export class KeyNotP256 extends Error {
  override readonly name = 'KeyNotP256';
}

/** The JWKS of `GET /v1/keys`: every key that we sign or signed with, and what it may sign (A19). */
export async function publicKeys(kms: KMSClient, keys: readonly PublishedKey[]): Promise<SigningJwks> {
  return { keys: await Promise.all(keys.map((key) => publicKey(kms, key))) };
}

/** One key of the JWKS. Its `kid` is what `signJws` must be given. */
export async function publicKey(kms: KMSClient, key: PublishedKey): Promise<SigningJwk> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: key.keyId }));
  const numbers = readSpki(PublicKey ?? new Uint8Array());
  return {
    ...numbers,
    kid: thumbprint(numbers),
    use: 'sig',
    alg: 'ES256',
    typ: statementKinds[key.use],
    validFrom: key.validFrom,
    ...(key.validUntil !== undefined && { validUntil: key.validUntil }),
  };
}

/** KMS answers a SubjectPublicKeyInfo in DER (RFC 5280). */
function readSpki(der: Uint8Array): EcPublicKey {
  const { kty, crv, x, y } = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) {
    throw new KeyNotP256('the signing key is not ECC_NIST_P256');
  }
  return { kty, crv, x, y };
}
