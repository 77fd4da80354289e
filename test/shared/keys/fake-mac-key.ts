import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import type { MacKey } from '#shared/keys/keyed-hash.ts';

/** A KMS of one HMAC key that answers GenerateMac and VerifyMac as the real one does. */
export function fakeMacKey(secret = 'test-secret'): MacKey & { calls: ReturnType<typeof mockClient> } {
  const kms = new KMSClient({ region: 'eu-central-1' });
  const calls = mockClient(kms);
  const macOf = (message: Uint8Array) => createHmac('sha256', secret).update(message).digest();
  calls.on(GenerateMacCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({ Mac: macOf(Message) }));
  calls.on(VerifyMacCommand).callsFake(({ Message, Mac }: { Message: Uint8Array; Mac: Uint8Array }) => {
    if (Buffer.compare(Mac, macOf(Message)) === 0) return { MacValid: true };
    throw new KMSInvalidMacException({ message: 'no', $metadata: {} });
  });
  return { kms, keyId: 'mac-key', calls };
}
