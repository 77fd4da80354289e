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

type Linking = { readonly named: readonly HashedIdentifier[]; readonly terms: Consent; readonly now: string };
const tries = 4;

/**
 * Brings a profile's identifiers in line with what a signed call names, in one transaction with the conditions that the
 * profile is open, its key lives, and the terms stand as they were read: without them not even an identifier is kept
 * (P17). Most calls change nothing and write nothing. Of two calls at once the second reads again what the first wrote.
 * @returns what kept it from being done, or undefined
 */
export async function linkIdentifiers(
  stores: CollectStores,
  profile: Profile,
  open: OpenKey,
  linking: Linking,
): Promise<'in-erasure' | 'consent-missing' | undefined> {
  const { directory, vault } = stores;
  const { profileId } = profile;
  const conditions = [
    consentStands(directory, profileId, linking.terms),
    profileIsOpen(directory, profile),
    keyLives(vault.keys, `P#${profileId}`, 'ordinary', open.epoch),
  ];
  for (let attempt = 1; ; attempt += 1) {
    const writes = await planWrites(stores, profile, open.key, linking);
    if (writes.length === 0) return undefined;
    try {
      await transact(directory.client, [...conditions, ...writes]);
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      const refused = error.failed.filter((position) => position < conditions.length);
      if (refused.length > 0) return refused.join() === '0' ? 'consent-missing' : 'in-erasure';
      if (attempt >= tries) throw error;
    }
  }
}

async function planWrites(
  { directory, index }: CollectStores,
  profile: Profile,
  key: Buffer,
  { named, now }: Linking,
): Promise<TransactionItem[]> {
  const { profileId } = profile;
  const linked = await readIdentifiers(directory, profileId);
  return identifierChanges(linked, named, now).flatMap((change) => {
    const { kind, hash } = change.row;
    const known = linked.find((row) => row.kind === kind && row.hash === hash);
    const value = named.find((one) => one.kind === kind && one.hash === hash)?.value ?? '';
    const sealed =
      known?.sealed ?? seal(key, identifierBinding(profileId, kind, hash), Buffer.from(value, 'utf8'));
    return writeIdentifier({ directory, index }, profile, change, sealed);
  });
}
