import { transact, TransactionRefused, type TransactionItem } from '#shared/aws/transaction.ts';
import { consentStands, type Consent } from '#shared/consent/consent-store.ts';
import { keyLives } from '#shared/keys/key-store.ts';
import { identifierChanges } from '#shared/profiles/identifier-changes.ts';
import { identifierBinding, readIdentifiers, writeIdentifier } from '#shared/profiles/identifier-store.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import { profileIsOpen, type Profile } from '#shared/profiles/profile-store.ts';
import type { OpenKey } from '../open-keys.ts';
import { seal } from '../record-format.ts';
import type { CollectStores } from './collect-stores.ts';

/**
 * Brings a profile's identifiers in line with what a signed call names, in one transaction with the conditions that the
 * profile is open, its key lives, and the terms stand as they were read: without them not even an identifier is kept
 * (P17). Most calls change nothing and write nothing.
 * @returns what kept it from being done, or undefined
 */
export async function linkIdentifiers(
  { directory, index, vault }: CollectStores,
  profile: Profile,
  { key, epoch }: OpenKey,
  { named, terms, now }: { named: readonly HashedIdentifier[]; terms: Consent; now: string },
): Promise<'in-erasure' | 'consent-missing' | undefined> {
  const { profileId } = profile;
  const linked = await readIdentifiers(directory, profileId);
  const changes = identifierChanges(linked, named, now);
  if (changes.length === 0) return undefined;
  const writes = changes.flatMap((change): TransactionItem[] => {
    const { kind, hash } = change.row;
    const known = linked.find((row) => row.kind === kind && row.hash === hash);
    const value = named.find((one) => one.kind === kind && one.hash === hash)?.value ?? '';
    const sealed =
      known?.sealed ?? seal(key, identifierBinding(profileId, kind, hash), Buffer.from(value, 'utf8'));
    return writeIdentifier({ directory, index }, profile, change, sealed);
  });
  const conditions = [
    consentStands(directory, profileId, terms),
    profileIsOpen(directory, profile),
    keyLives(vault.keys, `P#${profileId}`, 'ordinary', epoch),
  ];
  try {
    await transact(directory.client, [...conditions, ...writes]);
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    return error.failed[0] === 0 && error.failed.length === 1 ? 'consent-missing' : 'in-erasure';
  }
}
