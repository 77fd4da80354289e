import { createHmac, timingSafeEqual, verify as verifyWithKey } from 'node:crypto';
import {
  componentIdentity,
  isSignatureError,
  verifySignature as verifyMessage,
  type RequestDescriptor,
  type SignatureErrorCode,
  type UntrustedSignatureCandidate,
  type Verifier,
} from 'http-message-sig';
import { SiteCallRefused, type Refusal } from './refusals.ts';
import { ed25519PublicKey } from './site-keys.ts';

export type SignatureParameters = UntrustedSignatureCandidate['parameters'];

/** What a signature must cover and carry: no more, no less, in any order. */
export type Coverage = { readonly components: readonly string[]; readonly parameters: readonly string[] };

/**
 * Verifies the one signature (RFC 9421) of a request; whether it is fresh is for `resolveVerifier` to say.
 *
 * @param resolveVerifier is given parameters that nothing has proved yet; it says by which key they would have to be
 * proved, or throws `SiteCallRefused`. Other errors of it are passed on: a fault of ours is not the caller's
 * @throws SiteCallRefused
 */
export async function verifySignature(
  request: RequestDescriptor,
  { components, parameters }: Coverage,
  resolveVerifier: (parameters: SignatureParameters) => Promise<Verifier>,
): Promise<SignatureParameters> {
  const expected = components.map((name) => componentIdentity(name));
  try {
    const verified = await verifyMessage(request, {
      // The library reads the fields and does the mathematics. It knows "at least" where we ask for "exactly", and one
      // code for all that time can make wrong, so coverage and time are checked by us, before any key is looked up.
      policy: {
        algorithms: ['hmac-sha256', 'ed25519'],
        requiredComponents: [],
        requiredParameters: [],
        clockSkew: Number.MAX_SAFE_INTEGER,
      },
      resolveVerifier: (candidate) => {
        if (!same(candidate.components.map(componentIdentity), expected)) {
          throw new SiteCallRefused('wrong-components');
        }
        if (!same(Object.keys(candidate.parameters), parameters))
          throw new SiteCallRefused('wrong-parameters');
        return resolveVerifier(candidate.parameters);
      },
    });
    return verified.parameters;
  } catch (error) {
    if (!isSignatureError(error)) throw error;
    if (error.code === 'ResolverFailed') throw error.cause;
    throw new SiteCallRefused(refusals[error.code]);
  }
}

const same = (given: readonly string[], expected: readonly string[]): boolean =>
  given.length === expected.length && expected.every((name) => given.includes(name));

/** Codes of the library, as reasons of ours. */
const refusals: Readonly<Record<SignatureErrorCode, Refusal>> = {
  MissingField: 'malformed',
  MalformedField: 'malformed',
  LabelRequired: 'several-signatures',
  LabelMismatch: 'malformed',
  DuplicateLabel: 'several-signatures',
  InvalidComponent: 'wrong-components',
  DuplicateComponent: 'wrong-components',
  UnsupportedFeature: 'wrong-components',
  AlgorithmMismatch: 'wrong-algorithm',
  PolicyViolation: 'wrong-algorithm',
  VerificationFailed: 'bad-signature',
  ResolverFailed: 'malformed',
};

/** RFC 9421, section 3.3.3, compared in constant time. */
export const hmacVerifier = (secret: Uint8Array): Verifier => ({
  algorithm: 'hmac-sha256',
  verify: (data, signature) => {
    const expected = createHmac('sha256', secret).update(data).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  },
});

/** RFC 9421, section 3.3.6; the key is 32 raw bytes in base64. */
export const ed25519Verifier = (publicKey: string): Verifier => ({
  algorithm: 'ed25519',
  verify: (data, signature) => verifyWithKey(null, data, ed25519PublicKey(publicKey), signature),
});
