import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import {
  consentsFor,
  readConsents,
  supersedes,
  writeConsent,
  type Consent,
  type Decision,
} from '#shared/consent/consent-store.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import { Problem } from '#shared/http/problem.ts';
import { keyLives } from '#shared/keys/key-store.ts';
import { wasErased } from '#shared/profiles/before-erasure.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { profileIsOpen, type Profile } from '#shared/profiles/profile-store.ts';
import { sealIncoming } from '../incoming-record.ts';
import { withLiveKey, type LiveKey, type Opened } from '../open-keys.ts';
import { putRecord } from '../record-store.ts';
import type { CollectStores } from './collect-stores.ts';
import { erasureSeconds } from './erasure-seconds.ts';
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

const retryAfter = erasureSeconds;
const tries = 4;

/**
 * Keeps a decision of a site's user: per purpose as a row that collecting checks, and as a record of evidence under the
 * retained key (G04). The evidence is kept even where a newer decision already stands. Identifiers are linked after it,
 * and only where the terms then stand (P17): a replayed or withdrawn consent links nobody. A decision from before an erasure
 * is not kept (A7).
 * @throws Problem erased, in-erasure
 */
export async function collectConsent(
  stores: CollectStores,
  profile: Profile,
  statement: ConsentStatement,
  { named, now }: { named: readonly HashedIdentifier[]; now: string },
): Promise<void> {
  if (profile.state === 'erased' || wasErased(profile, statement.at)) throw new Problem('erased');
  if (profile.state !== 'open') throw new Problem('in-erasure', { retryAfter });
  const kept = await withLiveKey(stores.vault, profile.profileId, 'retained', (open) =>
    keepDecision(stores, profile, open, statement, now),
  );
  const terms = valueOf(kept);
  if (!terms || named.length === 0) return;
  const linked = await withLiveKey(stores.vault, profile.profileId, 'ordinary', (open) =>
    linkIdentifiers(stores, profile, open, { named, terms, now }),
  );
  if (valueOf(linked) === 'in-erasure') throw new Problem('in-erasure', { retryAfter });
}

/** @throws Problem erased where a key's tombstone says so, in-erasure where there is no key at all */
function valueOf<T>(opened: Opened<T>): T {
  if (opened.status === 'erased') throw new Problem('erased');
  if (opened.status === 'absent') throw new Problem('in-erasure', { retryAfter });
  return opened.value;
}

/**
 * Evidence and rows in one transaction. Where another decision came in between, what stands is read again.
 * @returns the consent to the terms, where it stands now
 */
async function keepDecision(
  { directory, records, vault }: CollectStores,
  profile: Profile,
  { key, epoch, ordinaryEpoch }: LiveKey,
  statement: ConsentStatement,
  now: string,
): Promise<Consent | undefined> {
  const { profileId } = profile;
  const owner = `P#${profileId}` as const;
  const evidence = await sealIncoming(key, profileId, evidenceOf(statement), {
    storedAt: now,
    freshId: statement.consentId,
  });
  if (evidence === 'too-large') throw new Problem('validation');
  for (let attempt = 1; ; attempt += 1) {
    const standing = await readConsents(directory, profileId);
    const rows = consentRows(statement, standing, now).filter((row) =>
      supersedes(row, standing.get(row.purpose)),
    );
    try {
      await transact(directory.client, [
        profileIsOpen(directory, profile),
        keyLives(vault.keys, owner, 'retained', epoch),
        keyLives(vault.keys, owner, 'ordinary', ordinaryEpoch),
        putRecord(records, profileId, evidence, undefined),
        ...rows.map((row) => writeConsent(directory, profileId, row)),
      ]);
      const after = new Map([...standing, ...rows.map((row) => [row.purpose, row] as const)]);
      return consentsFor(after, ['terms-accepted'])?.[0];
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      if (error.failed.some((position) => position < 3)) throw new Problem('in-erasure', { retryAfter });
      if (attempt >= tries) throw error;
    }
  }
}

/** Refusing, or withdrawing the terms themselves, is about every purpose that stands: none comes back unasked. */
function consentRows(
  { consentId, decision, noticeVersion, purposes, at }: ConsentStatement,
  standing: ReadonlyMap<string, Consent>,
  now: string,
): Consent[] {
  const named = purposes.length === 0 ? ['terms-accepted'] : purposes;
  const endsAll = decision !== 'given' && named.includes('terms-accepted');
  const concerned = new Set(endsAll ? [...named, ...standing.keys()] : named);
  return [...concerned].map((purpose) => ({
    purpose,
    decision,
    consentId,
    noticeVersion,
    at,
    receivedAt: now,
  }));
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
