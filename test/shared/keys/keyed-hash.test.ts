import { createHmac } from 'node:crypto';
import { GenerateMacCommand, VerifyMacCommand } from '@aws-sdk/client-kms';
import 'aws-sdk-client-mock-vitest/extend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedHash, verifyKeyedHash } from '#shared/keys/keyed-hash.ts';
import { fakeMacKey } from './fake-mac-key.ts';

const someMac = 'm'.repeat(43);

describe('keyedHash', () => {
  it('is HMAC-SHA-256 over the fields joined by NUL, in base64url', async () => {
    const key = fakeMacKey();

    const mac = await keyedHash(key, 'identifier', 'v1', 'alice@example.org');

    expect(key.calls).toHaveReceivedCommandWith(GenerateMacCommand, {
      KeyId: 'mac-key',
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from('identifier\0v1\0alice@example.org'),
    });
    const expected = createHmac('sha256', 'test-secret').update('identifier\0v1\0alice@example.org');
    expect(mac).toBe(expected.digest('base64url'));
    expect(mac).toHaveLength(43);
  });

  it('A35: other fields are another message, wherever the border between them is', async () => {
    const field = fc.string().map((text) => text.replaceAll('\0', ''));
    const fields = fc.array(field, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fields, fields, async (one, other) => {
        const key = fakeMacKey();
        const same = (await keyedHash(key, ...one)) === (await keyedHash(key, ...other));

        expect(same).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('refuses a field that holds NUL, and asks KMS nothing', async () => {
    const key = fakeMacKey();

    await expect(keyedHash(key, 'user-id', 'site\0user')).rejects.toThrow(RangeError);
    await expect(verifyKeyedHash(key, someMac, 'user-id', '\0')).rejects.toThrow(RangeError);
    expect(key.calls).toReceiveCommandTimes(GenerateMacCommand, 0);
    expect(key.calls).toReceiveCommandTimes(VerifyMacCommand, 0);
  });
});

describe('verifyKeyedHash', () => {
  it('A17: holds for the same key, domain and fields alone', async () => {
    const key = fakeMacKey();
    const mac = await keyedHash(key, 'proof', 'request-1', '1');

    expect(await verifyKeyedHash(key, mac, 'proof', 'request-1', '1')).toBe(true);
    expect(await verifyKeyedHash(key, mac, 'code', 'request-1', '1')).toBe(false);
    expect(await verifyKeyedHash(key, mac, 'proof', 'request-1', '2')).toBe(false);
    expect(await verifyKeyedHash(fakeMacKey('another'), mac, 'proof', 'request-1', '1')).toBe(false);
  });

  it.each(['', 'bWFj', 'm'.repeat(44), `${'m'.repeat(42)}=`])(
    'A17: %j is no MAC, and KMS is not asked for it',
    async (text) => {
      const key = fakeMacKey();

      expect(await verifyKeyedHash(key, text, 'proof')).toBe(false);
      expect(key.calls).toReceiveCommandTimes(VerifyMacCommand, 0);
    },
  );

  it('is no verdict where KMS could not be asked', async () => {
    const key = fakeMacKey();
    key.calls.on(VerifyMacCommand).rejects(new Error('connection lost'));

    await expect(verifyKeyedHash(key, someMac, 'proof')).rejects.toThrow('connection lost');
  });
});
