import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { KeyScope, SiteCaller } from '#shared/http/caller.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import type { KeyAlgorithm, SiteKey } from './site.ts';
import { followSiteEvent } from './site-event.ts';
import { issueSiteSecret, type SiteAuthKey } from './site-secret.ts';
import { putKey, readSite, replaceKeyIds } from './site-store.ts';

/** Two keys may sign at once, so that a site can change over without a gap. */
const mostKeys = 2;

export type KeyWish = {
  readonly algorithm: KeyAlgorithm;
  readonly publicKey?: string | undefined;
  readonly scopes: readonly KeyScope[];
};

/**
 * Adds a second key to a site.
 *
 * @throws Problem `scope-not-available` (only `collect` is, in this release), `validation` (a public key belongs to
 * ed25519 and to nothing else), `too-many-keys`
 */
export async function addKey(
  { sites, ledger, ...siteAuth }: SiteAuthKey & { sites: Table; ledger: Table },
  caller: SiteCaller,
  wish: KeyWish,
  { keyId, now }: { keyId: string; now: Date },
): Promise<{ key: SiteKey; secret?: string }> {
  refuseWish(wish);
  const at = now.toISOString();
  const { siteId } = caller;
  const site = await readSite(sites, siteId);
  if (!site) throw new Problem('not-found');
  if (site.keyIds.length >= mostKeys) throw new Problem('too-many-keys');
  const { algorithm, publicKey, scopes } = wish;
  const key: SiteKey = { keyId, siteId, algorithm, scopes: [...scopes], state: 'live', createdAt: at };
  if (publicKey !== undefined) key.publicKey = publicKey;
  const secret = algorithm === 'hmac-sha256' ? await issueSiteSecret(siteAuth, keyId) : undefined;
  const event = followSiteEvent(ledger, site, {
    type: 'site-key-added',
    keyId,
    at,
    facts: { algorithm, by: caller.keyId },
  });
  try {
    await transact(sites.client, [
      replaceKeyIds(sites, site, { keyIds: [...site.keyIds, keyId], ledgerHead: event.head }),
      putKey(sites, key),
      event.write,
    ]);
  } catch (error) {
    if (error instanceof TransactionRefused) throw new Problem('conflict', { retryAfter: 1 });
    throw error;
  }
  return secret === undefined ? { key } : { key, secret };
}

function refuseWish({ algorithm, publicKey, scopes }: KeyWish): void {
  const unavailable = scopes.flatMap((scope, index) => (scope === 'collect' ? [] : [index]));
  if (unavailable.length > 0) {
    throw new Problem('scope-not-available', {
      errors: unavailable.map((index) => ({ path: `scopes.${index}`, message: 'only collect is available' })),
    });
  }
  if (algorithm === 'ed25519' && publicKey === undefined) throw invalid('publicKey', 'expected with ed25519');
  if (algorithm !== 'ed25519' && publicKey !== undefined)
    throw invalid('publicKey', 'expected with ed25519 only');
}
