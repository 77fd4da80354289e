import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';

/** A public key of `GET /v1/keys`: what it may sign, and from when until when. */
const publicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  typ: z.array(z.string()),
  validFrom: z.iso.datetime(),
  validUntil: z.iso.datetime().optional(),
});
export const keySet = z.object({ keys: z.array(publicKey).min(1) });
export type PublicKey = z.output<typeof publicKey>;

/** What a signature has to be about. */
export type Statement = {
  readonly typ: string;
  /** In words: `a bundle`, `bundles`, and what was signed: `the tag manifest`. */
  readonly about: string;
  readonly many: string;
  readonly signed: string;
};

const header = z.strictObject({ alg: z.string(), kid: z.string(), typ: z.string(), iat: z.number() });

/**
 * Who signed a statement: a JWS (RFC 7515) in ES256, by one of these keys, which come from the service and not from what
 * was signed. One type of statement never passes for another.
 * @param parts header, payload and signature, in base64url
 * @returns the key's fingerprint (RFC 7638), or what is wrong
 */
export function signerOf(
  [head, payload, signature]: readonly [string, string, string],
  keys: readonly PublicKey[],
  { typ, about, many, signed }: Statement,
): { fingerprint: string } | { fault: string } {
  const stated = header.safeParse(parse(head));
  if (!stated.success) return { fault: 'a header that is not understood' };
  const { alg, kid, iat } = stated.data;
  if (alg !== 'ES256' || stated.data.typ !== typ) return { fault: `not a statement about ${about}` };
  const key = keys.find((one) => one.kid === kid);
  if (!key) return { fault: 'signed by a key that the service does not know' };
  if (!key.typ.includes(typ)) return { fault: `signed by a key that may not sign ${many}` };
  if (!isValid(key, iat * 1000)) return { fault: 'signed outside the time of its key' };
  const { kty, crv, x, y } = key;
  const fingerprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const isGood = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key: createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isGood) return { fault: `the signature does not fit ${signed}` };
  return fingerprint === kid ? { fingerprint } : { fault: 'the key is not the one its id names' };
}

const isValid = ({ validFrom, validUntil }: PublicKey, at: number): boolean =>
  Date.parse(validFrom) <= at && (validUntil === undefined || at < Date.parse(validUntil));

/** The JSON in a part of a JWS, or undefined. */
export function parse(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
