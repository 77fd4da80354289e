import { createHash } from 'node:crypto';
import { textOf, type Bag } from './bag.ts';
import { signerOf, type PublicKey } from './jws.ts';

const manifest = 'manifest-sha512.txt';
const tagManifest = 'tagmanifest-sha512.txt';
const signature = 'signature/tagmanifest-sha512.txt.jws';
/** Made after the tag manifest, so not named by it. */
const unlisted = new Set([tagManifest, signature, 'signature/public-key.jwk.json']);
const statement = {
  typ: 'data-rights-bundle+jws',
  about: 'a bundle',
  many: 'bundles',
  signed: 'the tag manifest',
};

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

/**
 * Who signed the tag manifest: a detached JWS (RFC 7515, appendix F).
 * @returns the key's fingerprint (RFC 7638), or what is wrong
 */
export function signerOfBag(
  bag: Bag,
  keys: readonly PublicKey[],
): { fingerprint: string } | { fault: string } {
  const [head = '', payload, mac = '', ...rest] = textOf(bag, signature).split('.');
  if (payload !== '' || rest.length > 0) return { fault: 'not a detached JWS' };
  const manifestText = Buffer.from(textOf(bag, tagManifest)).toString('base64url');
  return signerOf([head, manifestText, mac], keys, statement);
}
