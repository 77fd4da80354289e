import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { textOf, type Bag } from './bag.ts';

/** A public key of `GET /v1/keys`; `typ` lists what it may sign. */
const publicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  typ: z.array(z.string()),
});
export const keySet = z.object({ keys: z.array(publicKey).min(1) });
export type PublicKey = z.output<typeof publicKey>;

const manifest = 'manifest-sha512.txt';
const tagManifest = 'tagmanifest-sha512.txt';
const signature = 'signature/tagmanifest-sha512.txt.jws';
/** Made after the tag manifest, so not named by it. */
const unlisted = new Set([tagManifest, signature, 'signature/public-key.jwk.json']);
const statementType = 'data-rights-bundle+jws';

/**
 * What is wrong with the bag's files (RFC 8493): one that is listed and missing or changed, one that is there and not
 * listed. `data/` is listed in the manifest, all else in the tag manifest.
 */
export function faultsOf(bag: Bag): string[] {
  const declared = textOf(bag, 'bagit.txt') === 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
  return [
    ...(declared ? [] : ['bagit.txt: not a bag of BagIt 1.0']),
    ...compare(bag, manifest, (path) => path.startsWith('data/')),
    ...compare(bag, tagManifest, (path) => !path.startsWith('data/') && !unlisted.has(path)),
  ];
}

function compare(bag: Bag, list: string, concerns: (path: string) => boolean): string[] {
  const listed = new Map(
    textOf(bag, list)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [path: string, digest: string] => [line.slice(128 + 2), line.slice(0, 128)]),
  );
  const faults = [...listed].flatMap(([path, digest]) => {
    const file = bag.files.get(path);
    if (!file) return [`${path}: missing`];
    return createHash('sha512').update(file).digest('hex') === digest ? [] : [`${path}: changed`];
  });
  const extra = [...bag.files.keys()].filter((path) => concerns(path) && !listed.has(path));
  return [...faults, ...extra.map((path) => `${path}: not in ${list}`)];
}

const header = z.strictObject({ alg: z.string(), kid: z.string(), typ: z.string(), iat: z.number() });

/**
 * Who signed the tag manifest: a detached JWS (RFC 7515, appendix F) by one of these keys, which come from the service
 * and not from the bundle.
 * @returns the key's fingerprint (RFC 7638), or what is wrong
 */
export function signerOf(bag: Bag, keys: readonly PublicKey[]): { fingerprint: string } | { fault: string } {
  const [head = '', payload, mac = '', ...rest] = textOf(bag, signature).split('.');
  if (payload !== '' || rest.length > 0) return { fault: 'not a detached JWS' };
  const stated = header.safeParse(parse(head));
  if (!stated.success) return { fault: 'a header that is not understood' };
  const { alg, kid, typ } = stated.data;
  if (alg !== 'ES256' || typ !== statementType) return { fault: `not a statement about a bundle` };
  const key = keys.find((one) => one.kid === kid);
  if (!key) return { fault: 'signed by a key that the service does not know' };
  if (!key.typ.includes(typ)) return { fault: 'signed by a key that may not sign bundles' };
  const { kty, crv, x, y } = key;
  const fingerprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const signed = `${head}.${Buffer.from(textOf(bag, tagManifest)).toString('base64url')}`;
  const isGood = verify(
    'sha256',
    Buffer.from(signed),
    { key: createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(mac, 'base64url'),
  );
  if (!isGood) return { fault: 'the signature does not fit the tag manifest' };
  return fingerprint === kid ? { fingerprint } : { fault: 'the key is not the one its id names' };
}

function parse(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
