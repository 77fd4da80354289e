import { describe, expect, it } from 'vitest';
import { faultsOf, signerOfBag } from '#infra/local/play/check-bag.ts';
import { bundleType, makeBag, makeSigner, withFile } from './small-bag.ts';

const signer = makeSigner();
const bag = makeBag({ 'data/a.txt': 'one', 'data/b/c.txt': 'two' }, signer);
const flip = (path: string): Buffer => {
  const bytes = Buffer.from(bag.files.get(path) ?? '');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
};

describe('the play’s own check of a bag', () => {
  it('finds nothing wrong with a good one, and names its signer', () => {
    expect(faultsOf(bag)).toEqual([]);
    expect(signerOfBag(bag, [makeSigner().published, signer.published])).toEqual({
      fingerprint: signer.published.kid,
    });
  });

  it.each(['data/a.txt', 'data/b/c.txt', 'bagit.txt', 'manifest-sha512.txt'])(
    'A19: names %s when a byte of it is another',
    (path) => {
      expect(faultsOf(withFile(bag, path, flip(path)))).toContain(`${path}: changed`);
    },
  );

  it('A19: names a file that is missing, and one too many, in data and beside it', () => {
    expect(faultsOf(withFile(bag, 'data/a.txt', undefined))).toEqual(['data/a.txt: missing']);
    expect(faultsOf(withFile(bag, 'data/x.txt', Buffer.from('x')))).toEqual([
      'data/x.txt: not in manifest-sha512.txt',
    ]);
    expect(faultsOf(withFile(bag, 'x.txt', Buffer.from('x')))).toEqual([
      'x.txt: not in tagmanifest-sha512.txt',
    ]);
  });

  it('A19: does not take a tag manifest that was changed after signing', () => {
    const changed = withFile(bag, 'tagmanifest-sha512.txt', Buffer.from('other\n'));
    expect(signerOfBag(changed, [signer.published])).toEqual({
      fault: 'the signature does not fit the tag manifest',
    });
  });

  it.each([
    ['another typ', { typ: 'data-rights-receipt+jwt' }, 'not a statement about a bundle'],
    ['another algorithm', { alg: 'none' }, 'not a statement about a bundle'],
    ['a key of its own', { jwk: {} }, 'a header that is not understood'],
    ['an unknown key', { kid: 'x' }, 'signed by a key that the service does not know'],
  ])('A19: does not take a signature with %s', (_, header, fault) => {
    const files = makeBag({ 'data/a.txt': 'one' }, signer, header);
    expect(signerOfBag(files, [signer.published])).toEqual({ fault });
  });

  it('A19: does not take a key that may sign other things only', () => {
    const other = makeSigner(['data-rights-task+jwt']);
    const files = makeBag({ 'data/a.txt': 'one' }, other);
    expect(signerOfBag(files, [other.published])).toEqual({
      fault: 'signed by a key that may not sign bundles',
    });
    const allowed = { ...other.published, typ: [bundleType] };
    expect(signerOfBag(files, [allowed])).toEqual({ fingerprint: other.published.kid });
  });

  it('A19: does not take a key under the id of another', () => {
    const { x, y } = makeSigner().published;
    const forged = { ...signer.published, x, y };
    expect(signerOfBag(bag, [forged])).toHaveProperty('fault');
  });
});
