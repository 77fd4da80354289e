import { consentsFor, readConsents, type Consent } from '#shared/consent/consent-store.ts';
import { consentPurposesFor } from '#shared/data-map/consent-purposes.ts';
import { Problem } from '#shared/http/problem.ts';
import { wasErased } from '#shared/profiles/before-erasure.ts';
import type { HashedIdentifier } from '#shared/profiles/named-user.ts';
import type { Profile } from '#shared/profiles/profile-store.ts';
import { withLiveKey } from '../open-keys.ts';
import { sealIncoming, type IncomingRecord } from '../incoming-record.ts';
import type { RecordRow } from '../record-store.ts';
import { storeRecords, type StoreOutcome } from '../store-records.ts';
import type { CollectStores } from './collect-stores.ts';
import { erasureSeconds } from './erasure-seconds.ts';
import { linkIdentifiers } from './link-identifiers.ts';

export type Collected = {
  readonly outcome: StoreOutcome | 'too-large' | 'erased';
  readonly recordId?: string;
};
type Scope = RecordRow['scope'];
const retryAfter = erasureSeconds;

type CollectCall = {
  readonly named: readonly HashedIdentifier[];
  readonly now: string;
  readonly freshId: () => string;
};

/**
 * Stores the records that a site sent of one user. Each needs the terms accepted, and a record on the basis of consent
 * needs its purposes given too; where one lacks them the whole call stores nothing (P17). What was collected before an
 * erasure is rejected, and a call of such records alone does nothing (A7).
 * @throws Problem consent-missing, in-erasure
 */
export async function collectRecords(
  stores: CollectStores,
  profile: Profile | undefined,
  incoming: readonly IncomingRecord[],
  call: CollectCall,
): Promise<ReadonlyMap<number, Collected>> {
  if (!profile) throw new Problem('consent-missing');
  if (profile.state === 'erasing') throw new Problem('in-erasure', { retryAfter });
  const isErased = ({ collectedAt }: IncomingRecord): boolean =>
    profile.state === 'erased' || wasErased(profile, collectedAt);
  const erased = incoming
    .filter(isErased)
    .map(({ index }): [number, Collected] => [index, { outcome: 'erased' }]);
  const fresh = incoming.filter((record) => !isErased(record));
  if (fresh.length === 0 && erased.length > 0) return new Map(erased);
  const collected = await collectOnce(stores, profile, fresh, call);
  // A consent that was renewed between reading and writing refuses its records once: they rest on the new one then.
  const again = fresh.filter(({ index }) => collected.get(index)?.outcome === 'consent-missing');
  if (again.length > 0 && (await haveConsents(stores, profile, again))) {
    for (const [index, one] of await collectOnce(stores, profile, again, call)) collected.set(index, one);
  }
  refuseWhereNothingWasStored(collected);
  return new Map([...collected, ...erased]);
}

async function collectOnce(
  stores: CollectStores,
  profile: Profile,
  incoming: readonly IncomingRecord[],
  { named, now, freshId }: CollectCall,
): Promise<Map<number, Collected>> {
  const { terms, consents } = await requireConsents(stores, profile, incoming);
  const byScope = Map.groupBy(incoming, (record): Scope => record.dataset.scope);
  const collected = new Map<number, Collected>();
  for (const scope of ['ordinary', 'retained'] as const) {
    const records = byScope.get(scope) ?? [];
    if (scope === 'retained' && records.length === 0) continue;
    const opened = await withLiveKey(stores.vault, profile.profileId, scope, async (open) => {
      if (scope === 'ordinary') {
        const refused = await linkIdentifiers(stores, profile, open, { named, terms, now });
        if (refused) throw new Problem(refused, refused === 'in-erasure' ? { retryAfter } : {});
      }
      const sealed = await Promise.all(
        records.map(async (record) => ({
          index: record.index,
          consents: consents.get(record.index) ?? [],
          row: await sealIncoming(open.key, profile.profileId, record, { storedAt: now, freshId: freshId() }),
        })),
      );
      for (const one of sealed)
        if (one.row === 'too-large') collected.set(one.index, { outcome: 'too-large' });
      const fitting = sealed.flatMap((one) => (one.row === 'too-large' ? [] : [{ ...one, row: one.row }]));
      const epochs = { ordinary: open.ordinaryEpoch, [scope]: open.epoch };
      const tables = { records: stores.records, directory: stores.directory, keys: stores.vault.keys };
      const outcomes = await storeRecords(tables, profile, epochs, fitting);
      for (const { index, row } of fitting) {
        collected.set(index, { outcome: outcomes.get(index) ?? 'in-erasure', recordId: row.recordId });
      }
    });
    if (opened.status === 'open') continue;
    const outcome = opened.status === 'erased' ? 'erased' : 'in-erasure';
    for (const { index } of records) collected.set(index, { outcome });
  }
  return collected;
}

async function haveConsents(...args: Parameters<typeof requireConsents>): Promise<boolean> {
  try {
    await requireConsents(...args);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

async function requireConsents(
  { directory }: CollectStores,
  { profileId }: Profile,
  incoming: readonly IncomingRecord[],
): Promise<{ terms: Consent; consents: ReadonlyMap<number, readonly Consent[]> }> {
  const standing = await readConsents(directory, profileId);
  const [terms] = consentsFor(standing, ['terms-accepted']) ?? [];
  if (!terms) throw new Problem('consent-missing');
  const needed = incoming.map(({ index, dataset, basis }): [number, readonly Consent[]] => {
    const consents = consentsFor(standing, consentPurposesFor(dataset, basis));
    if (!consents) throw new Problem('consent-missing');
    return [index, consents];
  });
  return { terms, consents: new Map(needed) };
}

/** A call of which nothing was stored, all for one reason, is refused as a whole; otherwise each record has its own. */
function refuseWhereNothingWasStored(collected: ReadonlyMap<number, Collected>): void {
  const outcomes = new Set([...collected.values()].map(({ outcome }) => outcome));
  if (outcomes.size !== 1) return;
  if (outcomes.has('in-erasure')) throw new Problem('in-erasure', { retryAfter });
  if (outcomes.has('consent-missing')) throw new Problem('consent-missing');
}
