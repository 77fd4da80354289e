import { transact, type TransactionItem } from '#shared/aws/transaction.ts';
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
 * profile is open and its key lives. Most calls change nothing and write nothing.
 * @throws TransactionRefused when the profile or its key was taken in between
 */
export async function linkIdentifiers(
  { directory, index, vault }: CollectStores,
  profile: Profile,
  { key, epoch }: OpenKey,
  named: readonly HashedIdentifier[],
  now: string,
): Promise<void> {
  const { profileId } = profile;
  const linked = await readIdentifiers(directory, profileId);
  const changes = identifierChanges(linked, named, now);
  if (changes.length === 0) return;
  const writes = changes.flatMap((change): TransactionItem[] => {
    const { kind, hash } = change.row;
    const known = linked.find((row) => row.kind === kind && row.hash === hash);
    const value = named.find((one) => one.kind === kind && one.hash === hash)?.value ?? '';
    const sealed =
      known?.sealed ?? seal(key, identifierBinding(profileId, kind, hash), Buffer.from(value, 'utf8'));
    return writeIdentifier({ directory, index }, profile, change, sealed);
  });
  await transact(directory.client, [
    profileIsOpen(directory, profile),
    keyLives(vault.keys, `P#${profileId}`, 'ordinary', epoch),
    ...writes,
  ]);
}
