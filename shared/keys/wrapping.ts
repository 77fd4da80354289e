import { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { KeyOwner, KeyScope } from './key-store.ts';

/** A KMS key that wraps data keys of one scope. */
export type WrappingKey = { readonly kms: KMSClient; readonly keyId: string };

/** Thrown when KMS answers without key material. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable';
}

/** Opaque ids only: the encryption context stands in clear in CloudTrail. */
const context = (owner: KeyOwner, scope: KeyScope): Record<string, string> => ({ owner, scope });

/** A new 256-bit data key, wrapped; the caller never sees it in clear. */
export async function wrapNewKey(
  { kms, keyId }: WrappingKey,
  owner: KeyOwner,
  scope: KeyScope,
): Promise<Uint8Array> {
  const { CiphertextBlob } = await kms.send(
    new GenerateDataKeyWithoutPlaintextCommand({
      KeyId: keyId,
      KeySpec: 'AES_256',
      EncryptionContext: context(owner, scope),
    }),
  );
  if (!CiphertextBlob) throw new KeyUnavailable(`no data key for scope ${scope}`);
  return CiphertextBlob;
}

/** The data key in clear (32 bytes). Whoever calls it zeroes it; `shared/vault/open-keys.ts` does so in `finally`. */
export async function unwrapKey(
  { kms, keyId }: WrappingKey,
  owner: KeyOwner,
  scope: KeyScope,
  wrapped: Uint8Array,
): Promise<Buffer> {
  const { Plaintext } = await kms.send(
    new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context(owner, scope) }),
  );
  if (!Plaintext) throw new KeyUnavailable(`no plaintext for scope ${scope}`);
  const key = Buffer.from(Plaintext);
  Plaintext.fill(0);
  return key;
}
