import { v7 as uuid } from 'uuid';
import { route } from '#shared/http/route.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import type { InputError } from '#shared/http/problem.ts';
import { findDataset, type Dataset } from '#shared/data-map/data-map.ts';
import { parseRecordData } from '#shared/data-map/parse-record-data.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { hashUserIdentifiers } from '#shared/profiles/named-user.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { collectRecords, type Collected } from '#shared/vault/collect/collect-records.ts';
import type { IncomingRecord } from '#shared/vault/incoming-record.ts';
import { sendRecords } from './contract.ts';
import { isAhead, requireQuota, type Wiring } from './wiring.ts';

type Result = { index: number; status: string; recordId?: string; errors?: readonly InputError[] };
type Sent = {
  dataset: string;
  externalId?: string | undefined;
  collectedAt: string;
  basis?: IncomingRecord['basis'] | undefined;
  data: unknown;
};

export const recordsRoute = (wiring: Wiring) =>
  route(sendRecords, async ({ body, caller, now }) => {
    await requireQuota(wiring, caller, now);
    const { siteId } = caller;
    const { id, registeredAt } = body.user;
    const userHash = await hashUserId(wiring.indexKey, siteId, id);
    const profile = await findProfileOf(wiring.directory, { siteId, userHash, registeredAt });
    const checked = checkRecords(body.records, caller, now);
    const incoming = checked.flatMap((one) => ('record' in one ? [one.record] : []));
    const collected = await collectRecords(wiring, profile, incoming, {
      named: await hashUserIdentifiers(wiring.indexKey, siteId, body.user),
      now: now.toISOString(),
      freshId: uuid,
    });
    const results = checked.map((one, index) =>
      'record' in one ? resultOf(index, collected.get(index)) : one.refused,
    );
    return { status: 200, body: { results } };
  });

/** Checks each record by itself: one that is wrong does not keep the others out. */
function checkRecords(
  sent: readonly Sent[],
  caller: SiteCaller,
  now: Date,
): ({ record: IncomingRecord } | { refused: Result })[] {
  const seen = new Set<string>();
  return sent.map((one, index) => {
    const reject = (path: string, message: string) => ({
      refused: { index, status: 'rejected', errors: [{ path, message }] },
    });
    const dataset = findDataset(one.dataset);
    if (!dataset || !mayBeSent(dataset, caller))
      return reject('dataset', 'not a dataset that this site may send');
    const name = `${dataset.name}\0${one.externalId ?? ''}`;
    if (one.externalId !== undefined && seen.has(name))
      return reject('externalId', 'stands twice in this call');
    seen.add(name);
    // An older collection never replaces a newer one: one of tomorrow could not be corrected (P21).
    if (isAhead(one.collectedAt, now)) return reject('collectedAt', 'lies in the future');
    const { externalId, collectedAt, basis = dataset.basis } = one;
    // What people must accept is taken on their consent alone, whatever a site claims (P05).
    if (!dataset.bases.includes(basis)) return reject('basis', 'not a legal basis of this dataset');
    const parsed = parseRecordData(dataset, one.data);
    if (!parsed.ok) {
      const errors = parsed.errors.map(({ path, message }) => ({ path: `data.${path}`, message }));
      return { refused: { index, status: 'rejected', errors } };
    }
    return { record: { index, dataset, externalId, collectedAt, basis, data: parsed.data } };
  });
}

/** Each dataset has its senders; consents have a call of their own. */
const mayBeSent = ({ name, heldBy }: Dataset, { vendor }: SiteCaller): boolean =>
  name !== 'consent' && heldBy.includes(vendor ? 'vendor' : 'site');

const reasons = {
  'basis-fixed': ['basis', 'the basis was fixed when the record was first collected'],
  'too-large': ['data', 'larger than 350 KB'],
  erased: ['', 'erased'],
  'in-erasure': ['', 'in-erasure'],
  'consent-missing': ['', 'consent-missing'],
} as const;

function resultOf(index: number, collected: Collected | undefined): Result {
  const { outcome, recordId } = collected ?? { outcome: 'in-erasure' as const };
  if (outcome === 'stored' || outcome === 'replaced' || outcome === 'unchanged') {
    return { index, status: outcome, ...(recordId === undefined ? {} : { recordId }) };
  }
  const [path, message] = reasons[outcome];
  return { index, status: 'rejected', errors: [{ path, message }] };
}
