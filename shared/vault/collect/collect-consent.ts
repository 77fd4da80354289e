import { transact } from '#shared/aws/transaction.ts';
import {
  readConsents,
  supersedes,
  writeConsent,
  type Consent,
  type Decision,
} from '#shared/consent/consent-store.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { Problem } from '#shared/http/problem.ts';
import { keyLives } from '#shared/keys/key-store.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { profileIsOpen, type Profile } from '#shared/profiles/profile-store.ts';
import { sealIncoming } from '../incoming-record.ts';
import { withKey } from '../open-keys.ts';
import { putRecord } from '../record-store.ts';
import type { CollectStores } from './collect-stores.ts';
import { linkIdentifiers } from './link-identifiers.ts';

export type ConsentStatement = {
  readonly consentId: string;
  readonly decision: Decision;
  readonly noticeVersion: string;
  readonly wordingDigest?: string | undefined;
  readonly purposes: readonly string[];
  readonly method: string;
  readonly language: string;
  readonly at: string;
};

/**
 * Keeps a decision of a site's user: per purpose as a row that collecting checks, and as a record of evidence under the
 * retained key (G04). The evidence is kept even where a newer decision already stands.
 */
export async function collectConsent(
  stores: CollectStores,
  profile: Profile,
  statement: ConsentStatement,
  { named, now }: { named: readonly HashedIdentifier[]; now: string },
): Promise<void> {
  if (profile.state !== 'open') throw new Problem('in-erasure', { retryAfter: 3_600 });
  const owner = `P#${profile.profileId}` as const;
  const linked = await withKey(stores.vault, owner, 'ordinary', (open) =>
    linkIdentifiers(stores, profile, open, named, now),
  );
  const kept = await withKey(stores.vault, owner, 'retained', async ({ key, epoch }) => {
    const evidence = await sealIncoming(key, profile.profileId, evidenceOf(statement), {
      storedAt: now,
      freshId: statement.consentId,
    });
    if (evidence === 'too-large') throw new Problem('validation');
    const standing = await readConsents(stores.directory, profile.profileId);
    const rows = consentRows(statement, now).filter((row) => supersedes(row, standing.get(row.purpose)));
    await transact(stores.directory.client, [
      profileIsOpen(stores.directory, profile),
      keyLives(stores.vault.keys, owner, 'retained', epoch),
      putRecord(stores.records, profile.profileId, evidence, undefined),
      ...rows.map((row) => writeConsent(stores.directory, profile.profileId, row)),
    ]);
  });
  if (linked.status !== 'open' || kept.status !== 'open')
    throw new Problem('in-erasure', { retryAfter: 3_600 });
}

/** Refusing, or withdrawing the terms themselves, is about every purpose. */
function consentRows(
  { consentId, decision, noticeVersion, purposes, at }: ConsentStatement,
  now: string,
): Consent[] {
  const concerned = purposes.length === 0 ? ['terms-accepted'] : purposes;
  return concerned.map((purpose) => ({ purpose, decision, consentId, noticeVersion, at, receivedAt: now }));
}

function evidenceOf({ consentId: _, ...statement }: ConsentStatement) {
  const { wordingDigest, purposes, ...rest } = statement;
  const data = {
    ...rest,
    purposes: [...purposes],
    ...(wordingDigest === undefined ? {} : { wordingDigest }),
  };
  return {
    index: 0,
    dataset: dataMap.consent,
    collectedAt: statement.at,
    basis: dataMap.consent.basis,
    data,
  };
}
