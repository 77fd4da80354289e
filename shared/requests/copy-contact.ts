import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { identifierBinding, readIdentifiers } from '#shared/profiles/identifier-store.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { writeContact } from './contact.ts';
import type { RequestRecord } from './request-record.ts';

/**
 * A request from a site's session has no address of its own: the verified one on record is copied under its key (A11).
 * Once: what an earlier try copied stands.
 */
export async function copyContact(
  { requests, directory, vault }: { requests: Table; directory: Table; vault: VaultKeys },
  { requestId, channel }: RequestRecord,
): Promise<void> {
  if (channel.kind !== 'site' || channel.profileId === undefined) return;
  const { profileId } = channel;
  const identifiers = await readIdentifiers(directory, profileId);
  const address = identifiers.find(
    (row) => row.kind === 'email' && row.status === 'current' && row.verifiedAt !== undefined,
  );
  if (!address) return;
  const opened = await withKey(vault, `P#${profileId}`, 'ordinary', ({ key }) =>
    Promise.resolve(
      unseal(key, identifierBinding(profileId, 'email', address.hash), address.sealed).toString('utf8'),
    ),
  );
  if (opened.status !== 'open') return;
  await withKey(vault, `R#${requestId}`, 'request', async ({ key }) => {
    try {
      await transact(requests.client, [writeContact(requests, requestId, key, { email: opened.value })]);
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
    }
  });
}
