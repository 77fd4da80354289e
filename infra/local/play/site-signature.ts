/**
 * How a site signs its calls. Nothing but `node:crypto` is needed, and nothing here belongs to Node: take it to PHP, Python
 * or whatever your plugin is written in.
 *
 * It is RFC 9421, HTTP Message Signatures, with every choice made:
 *
 * 1. Write down what is signed, one line for each part of the call: the *signature base* (section 2.5).
 * 2. Take its HMAC-SHA256 under the secret from the enrolment (section 3.3.3).
 * 3. Send along what was covered (`Signature-Input`) and the HMAC (`Signature`).
 *
 * For `POST https://rights.example/v1/consents` the signature base is these lines, without a line break at the end:
 *
 * ```
 * "@method": POST
 * "@authority": rights.example
 * "@path": /v1/consents
 * "@query": ?
 * "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
 * "content-type": application/json
 * "idempotency-key": 3f2c1c1e-6f0b-4a0e-9a53-6a4a5a1d7c11
 * "@signature-params": ("@method" "@authority" ... "idempotency-key");created=1796000000;expires=1796000060;nonce="..."...
 * ```
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';

/** What the enrolment gave: an id to sign under, and a secret to sign with. Keep the secret where passwords are kept. */
export type SiteKey = {
  readonly keyId: string;
  /** 32 bytes in base64. */
  readonly secret: string;
};

export type OutgoingCall = {
  readonly method: string;
  readonly url: string;
  /** The very text that is sent: the digest is over bytes, not over what they mean. */
  readonly body?: string;
  readonly idempotencyKey?: string;
};

/** How long a signature holds, in seconds; the service takes up to 300. Short, since a fresh one costs nothing. */
const shortLife = 60;

/**
 * Signs one call.
 * @param now seconds since 1970; the clocks may differ by 30 s
 * @param nonce at least 22 characters of base64url, never the same twice: the service takes each only once
 * @param lifetime seconds
 * @returns the headers to send with it
 */
export function signCall(
  { keyId, secret }: SiteKey,
  call: OutgoingCall,
  now = Math.floor(Date.now() / 1000),
  nonce = randomBytes(16).toString('base64url'),
  lifetime = shortLife,
): Record<string, string> {
  const headers = headersOf(call);
  const covered = { ...targetOf(call), ...headers };
  const names = Object.keys(covered).map((name) => `"${name}"`);
  const parameters = [
    `(${names.join(' ')})`,
    `created=${now}`,
    `expires=${now + lifetime}`,
    `nonce="${nonce}"`,
    `keyid="${keyId}"`,
    'alg="hmac-sha256"',
    'tag="data-rights"',
  ].join(';');

  const signatureBase = Object.entries({ ...covered, '@signature-params': parameters })
    .map(([name, value]) => `"${name}": ${value}`)
    .join('\n');
  const signature = createHmac('sha256', Buffer.from(secret, 'base64'))
    .update(signatureBase)
    .digest('base64');

  return { ...headers, 'signature-input': `site=${parameters}`, signature: `site=:${signature}:` };
}

/** Where the call goes. The authority is the service's public one, with the port where it is not the usual one. */
function targetOf({ method, url }: OutgoingCall): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  // An empty query is signed as `?` (section 2.2.7).
  return { '@method': method, '@authority': host, '@path': pathname, '@query': search === '' ? '?' : search };
}

/** The headers that are sent and covered: the digest always, the others where the call has them. */
function headersOf({ body = '', idempotencyKey }: OutgoingCall): Record<string, string> {
  const digest = createHash('sha256').update(body).digest('base64');
  return {
    'content-digest': `sha-256=:${digest}:`,
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  };
}
