import type { RequestDescriptor } from 'http-message-sig';
import { describe, expect, it } from 'vitest';
import { ed25519Verifier, hmacVerifier, verifySignature } from '#shared/sites/verify-signature.ts';

// The request and the keys of RFC 9421, appendices B.1.4, B.1.5 and B.2.
const secret = Buffer.from(
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
  'base64',
);
const publicKey = Buffer.from('JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs', 'base64url').toString('base64');

const hmacInput =
  'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
const hmacSignature = 'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:';
const ed25519Input =
  'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
const ed25519Signature =
  'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:';

const request = (
  input: string,
  signature: string,
  date = 'Tue, 20 Apr 2021 02:07:55 GMT',
): RequestDescriptor => ({
  kind: 'request',
  method: 'POST',
  targetUri: 'https://example.com/foo?param=Value&Pet=dog',
  fields: [
    { name: 'date', value: date },
    { name: 'content-type', value: 'application/json' },
    { name: 'content-length', value: '18' },
    { name: 'signature-input', value: input },
    { name: 'signature', value: signature },
  ],
});

const parameters = ['created', 'keyid'];
const hmacCoverage = { components: ['date', '@authority', 'content-type'], parameters };
const ed25519Coverage = {
  components: ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
  parameters,
};

describe('verifySignature', () => {
  it('accepts RFC 9421 B.2.5 (hmac-sha256)', async () => {
    const verified = await verifySignature(request(hmacInput, hmacSignature), hmacCoverage, () =>
      Promise.resolve(hmacVerifier(secret)),
    );

    expect(verified).toMatchObject({ created: 1618884473, keyid: 'test-shared-secret' });
  });

  it('accepts RFC 9421 B.2.6 (ed25519)', async () => {
    const verified = await verifySignature(request(ed25519Input, ed25519Signature), ed25519Coverage, () =>
      Promise.resolve(ed25519Verifier(publicKey)),
    );

    expect(verified.keyid).toBe('test-key-ed25519');
  });

  it.each([
    ['B.2.5', hmacInput, hmacSignature, hmacCoverage, hmacVerifier(secret)],
    ['B.2.6', ed25519Input, ed25519Signature, ed25519Coverage, ed25519Verifier(publicKey)],
  ])('refuses %s with one second changed', async (_title, input, signature, coverage, verifier) => {
    const changed = request(input, signature, 'Tue, 20 Apr 2021 02:07:56 GMT');

    await expect(verifySignature(changed, coverage, () => Promise.resolve(verifier))).rejects.toMatchObject({
      reason: 'bad-signature',
    });
  });

  it.each([
    ['a component fewer', { ...hmacCoverage, components: ['date', '@authority'] }, 'wrong-components'],
    [
      'a component more',
      { ...hmacCoverage, components: [...hmacCoverage.components, '@path'] },
      'wrong-components',
    ],
    ['a parameter fewer', { ...hmacCoverage, parameters: ['created'] }, 'wrong-parameters'],
  ])('refuses a genuine signature where the profile asks for %s', async (_title, coverage, reason) => {
    const call = verifySignature(request(hmacInput, hmacSignature), coverage, () =>
      Promise.resolve(hmacVerifier(secret)),
    );

    await expect(call).rejects.toMatchObject({ reason });
  });

  it('passes a fault of ours on, and does not take it for a bad signature', async () => {
    const call = verifySignature(request(hmacInput, hmacSignature), hmacCoverage, () =>
      Promise.reject(new RangeError('the table does not answer')),
    );

    await expect(call).rejects.toThrow(RangeError);
  });
});
