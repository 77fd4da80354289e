import { createHash, createHmac, randomBytes, sign as signWithKey, type KeyObject } from 'node:crypto';

/** A site's key, as the site holds it. */
export type SiteCredentials = { keyId: string } & (
  | { algorithm: 'hmac-sha256'; /** Base64, as enrolment gave it. */ secret: string }
  | { algorithm: 'ed25519'; privateKey: KeyObject }
);

export type OutgoingCall = {
  method: string;
  /** Absolute, as the caller knows it. */
  url: string;
  /** JSON text; empty for none. Bytes where a test sends what is no text. */
  body?: string | Buffer;
  /** `application/json` unless a test says otherwise. */
  contentType?: string;
  idempotencyKey?: string;
};

/** What a test may get wrong on purpose. */
export type SignatureChoices = {
  /** Seconds since the epoch. */
  created?: number;
  expires?: number;
  nonce?: string;
  tag?: string;
  algorithm?: string;
  keyId?: string;
  label?: string;
  components?: string[];
  /** Added behind the usual ones, such as `;extra=1`. */
  moreParameters?: string;
  /** Parameters to leave out. */
  without?: string[];
  authority?: string;
  digest?: string;
  /** Replaces the query that is signed; `?` alone for none. */
  query?: string;
};

/**
 * Signs a call as a site does (RFC 9421, fixed profile), with node:crypto and nothing of the product.
 *
 * @returns the headers to send with it
 */
export function signCall(
  credentials: SiteCredentials,
  call: OutgoingCall,
  choices: SignatureChoices = {},
): Record<string, string> {
  const { body = '' } = call;
  const headers: Record<string, string> = { 'content-digest': choices.digest ?? contentDigest(body) };
  const hasBody = body.length > 0;
  if (hasBody) headers['content-type'] = call.contentType ?? 'application/json';
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  const components = choices.components ?? [
    '@method',
    '@authority',
    '@path',
    '@query',
    'content-digest',
    ...(hasBody ? ['content-type'] : []),
    ...(call.idempotencyKey === undefined ? [] : ['idempotency-key']),
  ];
  const names = components.map((name) => `"${name}"`).join(' ');
  const parameters = `(${names})${writeParameters(credentials, choices)}`;
  const lines = components.map((name) => `"${name}": ${valueOf(name, call, headers, choices)}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
  const label = choices.label ?? 'sig1';
  headers['signature-input'] = `${label}=${parameters}`;
  headers['signature'] = `${label}=:${signText(credentials, base).toString('base64')}:`;
  return headers;
}

export const contentDigest = (body: string | Buffer): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

function writeParameters(credentials: SiteCredentials, choices: SignatureChoices): string {
  const created = choices.created ?? Math.floor(Date.now() / 1000);
  const parameters = {
    created: String(created),
    expires: String(choices.expires ?? created + 120),
    nonce: quote(choices.nonce ?? randomBytes(16).toString('base64url')),
    keyid: quote(choices.keyId ?? credentials.keyId),
    alg: quote(choices.algorithm ?? credentials.algorithm),
    tag: quote(choices.tag ?? 'data-rights'),
  };
  return Object.entries(parameters)
    .filter(([name]) => !choices.without?.includes(name))
    .map(([name, value]) => `;${name}=${value}`)
    .join('')
    .concat(choices.moreParameters ?? '');
}

const quote = (text: string): string => `"${text}"`;

function valueOf(
  component: string,
  call: OutgoingCall,
  headers: Record<string, string>,
  choices: SignatureChoices,
): string {
  const url = new URL(call.url);
  if (component === '@method') return call.method;
  if (component === '@authority') return choices.authority ?? url.host;
  if (component === '@path') return url.pathname;
  if (component === '@query') return choices.query ?? (url.search === '' ? '?' : url.search);
  return headers[component] ?? '';
}

function signText(credentials: SiteCredentials, text: string): Buffer {
  if (credentials.algorithm === 'ed25519')
    return signWithKey(null, Buffer.from(text), credentials.privateKey);
  return createHmac('sha256', Buffer.from(credentials.secret, 'base64')).update(text).digest();
}

/** Calls the API as a site: signs, sends, reads JSON where there is any. */
export async function callAsSite(
  credentials: SiteCredentials,
  call: Omit<OutgoingCall, 'body'> & { body?: unknown },
  choices?: SignatureChoices,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return sendAsSite(call, body, signCall(credentials, { ...call, body }, choices));
}

/** Sends a call with these headers, signed or not, and reads the JSON of the answer where there is any. */
export async function sendAsSite(
  { method, url }: Pick<OutgoingCall, 'method' | 'url'>,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body.length > 0 && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : isJson(response) ? JSON.parse(text) : text,
  };
}

const isJson = ({ headers }: Response): boolean => (headers.get('content-type') ?? '').includes('json');
