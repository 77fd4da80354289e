import { createHash } from 'node:crypto';
import * as z from 'zod';

/** The numbers of a P-256 public key. */
export type EcPublicKey = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
};

/** A public key as we publish it: a JWK (RFC 7517), and besides what it may sign and from when until when. */
export type SigningJwk = EcPublicKey & {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'ES256';
  readonly typ: readonly string[];
  /** RFC 3339. A signature dated earlier is none of this key's. */
  readonly validFrom: string;
  /** RFC 3339. Absent while the key is in use. */
  readonly validUntil?: string | undefined;
};

export type SigningJwks = { readonly keys: readonly SigningJwk[] };

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const time = z.iso.datetime({ offset: true });
const signingJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
  typ: z.array(z.string()),
  validFrom: time,
  validUntil: time.optional(),
});

/** Thrown for a key set that is none of ours. */
export class KeySetInvalid extends Error {
  override readonly name = 'KeySetInvalid';
}

/**
 * Reads a JWKS from outside, such as the answer of `GET /v1/keys` in a file. Members that it does not know are dropped, a
 * private part among them.
 * @throws KeySetInvalid
 */
export function parseSigningJwks(value: unknown): SigningJwks {
  const parsed = z.object({ keys: z.array(signingJwk).min(1) }).safeParse(value);
  if (!parsed.success) throw new KeySetInvalid('not a key set with signing keys');
  return parsed.data;
}

/** The key's fingerprint: the JWK thumbprint of RFC 7638, SHA-256, base64url. Also its `kid`. */
export function thumbprint({ crv, kty, x, y }: EcPublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
