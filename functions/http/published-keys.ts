import type { KMSClient } from '@aws-sdk/client-kms';
import { publicKeys, type PublishedKey } from '#shared/signing/public-keys.ts';
import type { SigningJwks } from '#shared/signing/signing-jwk.ts';

/** Before the first statement that the first key signed. A key that follows is listed with the time it took over. */
const firstKeyValidFrom = '2026-11-01T00:00:00.000Z';

const publishedKeys = (evidenceKeyId: string): PublishedKey[] => [
  { keyId: evidenceKeyId, use: 'evidence', validFrom: firstKeyValidFrom },
];

/** Reads the vendor's public keys once per process; they never change under one id. A failed read is tried again. */
export function readVendorKeys(kms: KMSClient, evidenceKeyId: string): () => Promise<SigningJwks> {
  let read: Promise<SigningJwks> | undefined;
  return async () => {
    read ??= publicKeys(kms, publishedKeys(evidenceKeyId));
    try {
      return await read;
    } catch (error) {
      read = undefined;
      throw error;
    }
  };
}
