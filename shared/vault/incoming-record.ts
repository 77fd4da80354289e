import canonicalize from 'canonicalize';
import type { Basis } from '#shared/data-map/basis.ts';
import type { Dataset } from '#shared/data-map/data-map.ts';
import { protectSecrets } from '#shared/data-map/protect-secrets.ts';
import { digestOf, maxSealedBytes, recordIdOf, sealPayload, type RecordRow } from './record-store.ts';

/** A record as it came in, checked against the data map. `index` is its place in the call. */
export type IncomingRecord = {
  readonly index: number;
  readonly dataset: Dataset;
  readonly externalId?: string | undefined;
  readonly collectedAt: string;
  readonly basis: Basis;
  readonly data: Record<string, unknown>;
};

/**
 * The row of an incoming record, sealed, secrets hashed; or the reason why it cannot be stored. `freshId` names it where
 * the site gave no external id: then each call stores a new record.
 */
export async function sealIncoming(
  key: Buffer,
  profileId: string,
  record: IncomingRecord,
  { storedAt, freshId }: { storedAt: string; freshId: string },
): Promise<RecordRow | 'too-large'> {
  const { dataset, externalId, collectedAt, basis, data } = record;
  const recordId = recordIdOf(key, dataset.name, externalId ?? `fresh/${freshId}`);
  // The digest is taken before secrets are hashed: a salt is fresh on each call.
  const digest = digestOf(key, canonicalize({ basis, collectedAt, data }) ?? '');
  const protectedData = await protectSecrets(dataset, data);
  const payload = { ...(externalId === undefined ? {} : { externalId }), data: protectedData };
  const ciphertext = sealPayload(key, profileId, { dataset: dataset.name, recordId }, payload);
  if (ciphertext.length > maxSealedBytes) return 'too-large';
  return {
    dataset: dataset.name,
    recordId,
    scope: dataset.scope,
    basis,
    collectedAt,
    storedAt,
    digest,
    ciphertext,
  };
}
