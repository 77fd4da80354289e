import { flattenedVerify, importJWK } from 'jose';
import * as z from 'zod';
import { thumbprint, type SigningJwk, type SigningJwks } from './signing-jwk.ts';
import type { StatementKind } from './statement-kinds.ts';

export type RefusalReason =
  'malformed' | 'wrong-typ' | 'unknown-key' | 'key-not-for-typ' | 'key-not-valid-at-iat' | 'wrong-signature';

/** By which key a statement says that it was signed (RFC 7638 thumbprint), and when: seconds since 1970. */
export type ClaimedSigner = { readonly kid: string; readonly iat: number };

/** Thrown for a statement that may not be believed; `reason` says why. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
  readonly reason: RefusalReason;
  /** Of one by an unknown key, to look for the key by. Nothing of it is proved. */
  readonly claimed?: ClaimedSigner;

  constructor(reason: RefusalReason, claimed?: ClaimedSigner) {
    super(reason);
    this.reason = reason;
    if (claimed) this.claimed = claimed;
  }
}

export type VerifiedStatement = {
  readonly payload: Uint8Array;
  /** Seconds since 1970. */
  readonly iat: number;
  /** RFC 7638 thumbprint of the key that signed: what a person compares with the published one. */
  readonly fingerprint: string;
};

// Nothing else is understood, `jwk`, `jku` and `crit` among it: the key comes from the given set alone.
const header = z.strictObject({
  alg: z.literal('ES256'),
  kid: z.string(),
  typ: z.string(),
  iat: z.int().min(0),
});
const form = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{86})$/;

/**
 * Verifies a compact JWS of ours: ES256 only, exactly the `typ` asked for, by a key of the given set that lists this `typ`
 * and was valid at `iat` (A19). With `payload` the JWS is expected to be detached from it.
 * @throws StatementRefused
 */
export async function verifyJws(
  jws: string,
  jwks: SigningJwks,
  expected: { typ: StatementKind; payload?: Uint8Array },
): Promise<VerifiedStatement> {
  const [, head = '', body = '', signature = ''] = form.exec(jws) ?? refuse('malformed');
  if ((body === '') !== (expected.payload !== undefined)) refuse('malformed');
  const { kid, typ, iat } = parseHeader(head);
  if (typ !== expected.typ) refuse('wrong-typ');
  const key = jwks.keys.find((candidate) => candidate.kid === kid) ?? refuse('unknown-key', { kid, iat });
  const fingerprint = thumbprint(key);
  if (fingerprint !== kid) refuse('unknown-key', { kid, iat });
  if (!key.typ.includes(typ)) refuse('key-not-for-typ');
  if (!isValidAt(key, iat)) refuse('key-not-valid-at-iat');

  const payload = expected.payload ?? Buffer.from(body, 'base64url');
  const parts = { protected: head, payload: Buffer.from(payload).toString('base64url'), signature };
  const { kty, crv, x, y } = key;
  await flattenedVerify(parts, await importJWK({ kty, crv, x, y }, 'ES256'), { algorithms: ['ES256'] }).catch(
    () => refuse('wrong-signature'),
  );
  return { payload, iat, fingerprint };
}

function parseHeader(encoded: string): z.output<typeof header> {
  try {
    return header.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')));
  } catch {
    return refuse('malformed');
  }
}

/** In whole seconds, as `iat` is: a key is valid in the second in which its time begins. */
const isValidAt = (key: SigningJwk, iat: number): boolean =>
  iat >= seconds(key.validFrom) && (key.validUntil === undefined || iat <= seconds(key.validUntil));

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

function refuse(reason: RefusalReason, claimed?: ClaimedSigner): never {
  throw new StatementRefused(reason, claimed);
}
