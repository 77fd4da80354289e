import type { Table } from '#shared/aws/table.ts';
import type { WithheldReason } from '#shared/data-map/withheld.ts';
import type { Opening } from '#shared/profiles/sound.ts';
import { holdsAuthenticator } from '#shared/vault/holds-authenticator.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';

type Stores = { readonly records: Table; readonly directory: Table; readonly vault: VaultKeys };

/**
 * Why a profile is left whole though a proof opens it: the announcement of an erasure asks, and its plan asks again.
 * @param level of the proof in that very profile
 * @returns undefined where nothing speaks against its erasure
 */
export async function reasonToWithhold(
  stores: Stores,
  { profileId, storedFrom }: Opening,
  level: number,
): Promise<WithheldReason | undefined> {
  // One key for all of it: what a new identifier does not open yet would go as well.
  if (storedFrom !== undefined) return 'identifier-linked-recently';
  return level < 2 && (await holdsAuthenticator(stores, profileId)) ? 'needs-level-2' : undefined;
}
