import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Bag } from '#infra/local/play/bag.ts';
import type { PublicKey } from '#infra/local/play/jws.ts';

const declaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
export const bundleType = 'data-rights-bundle+jws';

/** A key pair as the service has one, and its public half as it is published. */
export function makeSigner(typ: string[] = [bundleType]): { privateKey: KeyObject; published: PublicKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const members = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const kid = createHash('sha256').update(members).digest('base64url');
  return {
    privateKey,
    published: { kty: 'EC', crv: 'P-256', x, y, kid, typ, validFrom: '2026-11-01T00:00:00.000Z' },
  };
}

export type Signer = ReturnType<typeof makeSigner>;

/** A bag with these files under `data/`, listed and signed as it should be. */
export function makeBag(
  payload: Readonly<Record<string, string>>,
  { privateKey, published }: Signer,
  header: Readonly<Record<string, unknown>> = {},
): Bag {
  const list = (files: Readonly<Record<string, string>>): string =>
    Object.entries(files)
      .map(([path, text]) => `${createHash('sha512').update(text).digest('hex')}  ${path}\n`)
      .join('');
  const tags = { 'bagit.txt': declaration, 'manifest-sha512.txt': list(payload) };
  const tagManifest = list(tags);
  const head = encode(
    JSON.stringify({ alg: 'ES256', kid: published.kid, typ: bundleType, iat: 1_796_000_000, ...header }),
  );
  const input = Buffer.from(`${head}.${encode(tagManifest)}`);
  const signature = sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const files = {
    ...payload,
    ...tags,
    'tagmanifest-sha512.txt': tagManifest,
    'signature/tagmanifest-sha512.txt.jws': `${head}..${signature.toString('base64url')}`,
    'signature/public-key.jwk.json': '{}',
  };
  return {
    folder: 'bag',
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
  };
}

/** The bag with one file replaced, or left out. */
export function withFile(bag: Bag, path: string, content: Buffer | undefined): Bag {
  const files = new Map(bag.files);
  if (content === undefined) files.delete(path);
  else files.set(path, content);
  return { ...bag, files };
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
