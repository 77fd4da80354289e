import type { KeyAlgorithm } from './site.ts';
import { SiteCallRefused } from './refusals.ts';
import type { Coverage, SignatureParameters } from './verify-signature.ts';

/** Longest life of a signature, and how far clocks may differ, in seconds. */
const longestLife = 300;
const clockSkew = 30;
const tag = 'data-rights';
const parameters = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** At least 128 bits where each character holds six. */
const nonce = /^[\w+/=-]{22,128}$/;

/** What the signature of a call must cover, which depends on what the call has. */
export const coverageOf = (call: { hasBody: boolean; hasIdempotencyKey: boolean }): Coverage => ({
  components: [
    '@method',
    '@authority',
    '@path',
    '@query',
    'content-digest',
    ...(call.hasBody ? ['content-type'] : []),
    ...(call.hasIdempotencyKey ? ['idempotency-key'] : []),
  ],
  parameters,
});

/** Parameters that fit the profile; still unproved. */
export type ProfileParameters = {
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  readonly nonce: string;
  /** Seconds since the epoch after which no clock takes the signature any more. */
  readonly deadSince: number;
};

/**
 * Checks a signature's parameters against the profile.
 *
 * @param now seconds since the epoch
 * @throws SiteCallRefused
 */
export function readParameters(stated: SignatureParameters, now: number): ProfileParameters {
  const { created, expires, keyid, alg, nonce: nonceText } = stated;
  if (stated.tag !== tag) throw new SiteCallRefused('wrong-tag');
  if (created === undefined || expires === undefined || keyid === undefined || nonceText === undefined) {
    throw new SiteCallRefused('wrong-parameters');
  }
  if (alg !== 'hmac-sha256' && alg !== 'ed25519') throw new SiteCallRefused('wrong-algorithm');
  if (created > now + clockSkew) throw new SiteCallRefused('not-yet-valid');
  if (expires < now - clockSkew) throw new SiteCallRefused('expired');
  if (expires <= created || expires - created > longestLife) throw new SiteCallRefused('lives-too-long');
  if (!nonce.test(nonceText)) throw new SiteCallRefused('weak-nonce');
  if (!uuid.test(keyid)) throw new SiteCallRefused('key-unknown');
  return { keyId: keyid, algorithm: alg, nonce: nonceText, deadSince: expires + clockSkew };
}
