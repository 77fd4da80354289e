import { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import type { WrappingKey } from '#shared/keys/wrapping.ts';

/** A KMS whose one wrapping key wraps by name; it hands out the same plaintext array that the caller can look at. */
export function fakeWrappingKey(): WrappingKey & {
  calls: ReturnType<typeof mockClient>;
  lent: Uint8Array[];
} {
  const kms = new KMSClient({ region: 'eu-central-1' });
  const calls = mockClient(kms);
  const lent: Uint8Array[] = [];
  calls.on(GenerateDataKeyWithoutPlaintextCommand).resolves({ CiphertextBlob: new Uint8Array([9, 9, 9]) });
  calls.on(DecryptCommand).callsFake(() => {
    const plaintext = new Uint8Array(32).fill(7);
    lent.push(plaintext);
    return { Plaintext: plaintext };
  });
  return { kms, keyId: 'wrapping-key', calls, lent };
}
