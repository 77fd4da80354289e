import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { Problem } from '#shared/http/problem.ts';
import { followSiteEvent } from './site-event.ts';
import { markRevoked, readKey, readKeys, readSite, replaceKeyIds } from './site-store.ts';

/**
 * Revokes a key of the calling site, also the one that signs. Revoking it again is no error. One key with the scope
 * `collect` stays: a site with nothing but a key for orders could never be given another.
 *
 * @throws Problem `not-found` (a key of another site is one that is not there, A35), `last-key`
 */
export async function revokeKey(
  { sites, ledger }: { sites: Table; ledger: Table },
  caller: SiteCaller,
  keyId: string,
  now: Date,
): Promise<void> {
  const { siteId } = caller;
  const key = await readKey(sites, keyId);
  if (key?.siteId !== siteId) throw new Problem('not-found');
  if (key.state === 'revoked') return;
  const site = await readSite(sites, siteId);
  if (!site) throw new Problem('not-found');
  const left = site.keyIds.filter((id) => id !== keyId);
  const everyday = (await readKeys(sites, left)).filter(({ scopes }) => scopes.includes('collect'));
  if (everyday.length === 0) throw new Problem('last-key');
  const at = now.toISOString();
  const event = followSiteEvent(ledger, site, {
    type: 'site-key-revoked',
    keyId,
    at,
    facts: { by: caller.keyId },
  });
  try {
    await transact(sites.client, [
      replaceKeyIds(sites, site, { keyIds: left, ledgerHead: event.head }),
      markRevoked(sites, keyId, siteId, at),
      event.write,
    ]);
  } catch (error) {
    // Another change of the site's keys came in between: what was read no longer holds.
    if (error instanceof TransactionRefused) throw new Problem('conflict', { retryAfter: 1 });
    throw error;
  }
}
