import type { ClaimedSigner } from './verify-jws.ts';

/** For a terminal: which key is looked for in vain, and what to do. What the statement says of itself proves nothing. */
export function describeClaimed({ kid, iat }: ClaimedSigner): string[] {
  // A thumbprint is 43 characters of base64url; whatever else is named may not command the terminal.
  const name = kid.replaceAll(/[^\w-]/g, '?').slice(0, 43);
  const time = new Date(iat * 1_000);
  const when = Number.isNaN(time.getTime()) ? 'no time that there is' : time.toISOString();
  return [
    `it names the key ${name}, and says that it was signed at ${when}`,
    'a key set saved before that time can lack the key: take the set of today from the issuer (GET /v1/keys)',
  ];
}
