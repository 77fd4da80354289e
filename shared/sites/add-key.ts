import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import type { KeyScope, SiteCaller } from '#shared/http/caller.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { confirmedAtOf } from './contact-confirmation.ts';
import { readConfirmation, useConfirmation } from './confirmation-store.ts';
import type { KeyAlgorithm, SiteKey } from './site.ts';
import { followSiteEvent } from './site-event.ts';
import { issueSiteSecret, type SiteAuthKey } from './site-secret.ts';
import { putKey, readKeys, readSite, replaceKeyIds } from './site-store.ts';

/** Two keys of a kind may sign at once, so that a site can change over without a gap. */
const mostKeys = 2;

export type KeyWish = {
  readonly algorithm: KeyAlgorithm;
  readonly publicKey?: string | undefined;
  readonly scopes: readonly KeyScope[];
};

/**
 * Adds a key to a site: a second one to change over to, or one that may give orders. The latter is of the kind ed25519,
 * whose private half is never ours, does nothing else, and needs the controller's contact behind it (A10).
 *
 * @throws Problem `scope-not-available` (`tasks`), `validation` (a public key belongs to ed25519 and to nothing else; one
 * key is not given twice; `orders` needs ed25519 and stands alone), `contact-not-confirmed`, `too-many-keys`, `conflict`
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
  refuseBeside(wish, await readKeys(sites, site.keyIds));
  const confirmation = await requireConfirmation(sites, siteId, wish, now);
  const { algorithm, publicKey, scopes } = wish;
  const key: SiteKey = { keyId, siteId, algorithm, scopes: [...scopes], state: 'live', createdAt: at };
  if (publicKey !== undefined) key.publicKey = publicKey;
  const secret = algorithm === 'hmac-sha256' ? await issueSiteSecret(siteAuth, keyId) : undefined;
  const event = followSiteEvent(ledger, site, {
    type: 'site-key-added',
    keyId,
    at,
    facts: {
      ...{ algorithm, by: caller.keyId },
      ...(confirmation && { scope: 'orders', contactConfirmedAt: confirmation.confirmedAt }),
    },
  });
  try {
    await transact(sites.client, [
      replaceKeyIds(sites, site, { keyIds: [...site.keyIds, keyId], ledgerHead: event.head }),
      putKey(sites, key),
      event.write,
      ...(confirmation ? [useConfirmation(sites, siteId, { ...confirmation, at })] : []),
    ]);
  } catch (error) {
    if (error instanceof TransactionRefused) throw new Problem('conflict', { retryAfter: 1 });
    throw error;
  }
  return secret === undefined ? { key } : { key, secret };
}

const givesOrders = ({ scopes }: Pick<KeyWish, 'scopes'>): boolean => scopes.includes('orders');

/** What no site may wish for, whatever it has. Pure. */
function refuseWish(wish: KeyWish): void {
  const { algorithm, publicKey, scopes } = wish;
  const unavailable = scopes.flatMap((scope, index) => (scope === 'tasks' ? [index] : []));
  if (unavailable.length > 0) {
    throw new Problem('scope-not-available', {
      errors: unavailable.map((index) => ({
        path: `scopes.${index}`,
        message: 'only collect and orders are available',
      })),
    });
  }
  if (givesOrders(wish)) {
    if (scopes.length > 1) throw invalid('scopes', 'a key that gives orders does nothing else');
    if (algorithm !== 'ed25519') throw invalid('algorithm', 'orders need ed25519');
  }
  if (algorithm === 'ed25519' && publicKey === undefined) throw invalid('publicKey', 'expected with ed25519');
  if (algorithm !== 'ed25519' && publicKey !== undefined)
    throw invalid('publicKey', 'expected with ed25519 only');
}

/** What the keys that may sign already leave no room for. Pure. */
function refuseBeside(wish: KeyWish, standing: readonly SiteKey[]): void {
  // Else whoever stole the everyday key would have the one for orders with it.
  const isKnown = wish.publicKey !== undefined && standing.some((key) => key.publicKey === wish.publicKey);
  if (isKnown) throw invalid('publicKey', 'is a key of this site already');
  const ofKind = standing.filter((key) => givesOrders(key) === givesOrders(wish));
  if (ofKind.length >= mostKeys) throw new Problem('too-many-keys');
}

/** What stands behind a key for orders; other keys need nothing. @throws Problem `contact-not-confirmed` */
async function requireConfirmation(
  sites: Table,
  siteId: string,
  wish: KeyWish,
  now: Date,
): Promise<{ publicKey: string; confirmedAt: string } | undefined> {
  const { publicKey } = wish;
  if (!givesOrders(wish) || publicKey === undefined) return undefined;
  const confirmedAt = confirmedAtOf(await readConfirmation(sites, siteId), publicKey, now);
  if (confirmedAt === undefined) throw new Problem('contact-not-confirmed');
  return { publicKey, confirmedAt };
}
