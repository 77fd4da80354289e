import { createHash } from 'node:crypto';
import type { Table } from '#shared/aws/table.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import type { LedgerEvent } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import {
  readErased,
  readFound,
  readScan,
  type CountKeys,
  type Counts,
  type Scan,
} from '#shared/retention/counts.ts';
import { requireAnnouncement } from '#shared/requests/announcement.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readSubjectHash } from '#shared/requests/subject.ts';
import { requirePlan, type Task } from '#shared/requests/tasks.ts';
import { datasetResults } from './dataset-results.ts';
import type { Issuer } from './issuer.ts';
import type { ControllerResult, PlaceResult, ReceiptContent } from './receipt-content.ts';
import { remainingCopies, type RecoverySettings } from './remaining-copies.ts';

export type ReceiptStores = CountKeys & {
  readonly requests: Table;
  readonly ledger: Table;
  readonly planKey: MacKey;
};
export type ReceiptFacts = {
  readonly settings: RecoverySettings;
  readonly softwareVersion: string;
  readonly issuer: Issuer;
  readonly nameController: (controllerId: string) => Promise<string>;
};

/** Thrown where a step that a receipt must speak of is not there: no receipt without it (A6). */
export class ErasureIncomplete extends Error {
  override readonly name = 'ErasureIncomplete';
}

/**
 * What is to be signed of an erasure, from what its steps counted and the ledger tells. Nothing of it is handed over by a
 * caller, and nothing is chosen here: asked again it is the same, so that an erasure has one receipt.
 * @throws ErasureIncomplete, PlanForged, CountForged
 */
export async function buildReceipt(
  stores: ReceiptStores,
  request: RequestRecord,
  facts: ReceiptFacts,
): Promise<ReceiptContent> {
  const { requestId, attempt } = request;
  const chain = await readChain(stores.ledger, `R#${requestId}`);
  const scanned = chain.findLast((event) => event.type === 'scanned' && event.facts['attempt'] === attempt);
  const submitted = chain.find(({ type }) => type === 'submitted');
  const subject = await readSubjectHash(stores.requests, requestId);
  if (!submitted || !scanned || subject === undefined)
    throw new ErasureIncomplete(`request ${requestId} was not looked at to its end`);
  const { ground } = await requireAnnouncement(stores.requests, stores.planKey, requestId);
  const tasks = await requirePlan(stores.requests, stores.planKey, request);
  const controllers: ControllerResult[] = [];
  for (const [controllerId, own] of Map.groupBy(tasks, (task) => task.controllerId)) {
    const places: PlaceResult[] = [];
    for (const task of own) places.push(await placeResult(stores, request, task, chain));
    controllers.push({ controllerId, name: await facts.nameController(controllerId), places });
  }
  const places = controllers.flatMap((controller) => controller.places);
  // By an earlier request perhaps an hour ago: its copies remain as well (A9).
  const destroyed = places.flatMap((place) => (place.outcome === 'withheld' ? [] : [place.keysDestroyedAt]));
  const last = destroyed.toSorted().at(-1);
  const kept = places.flatMap(({ datasets }) =>
    datasets.flatMap(({ exception }) => (exception === undefined ? [] : [exception])),
  );
  return {
    ...{ version: 1, issuer: facts.issuer },
    ...{ receiptId: receiptIdOf(requestId, scanned), requestId, right: 'erasure', ground },
    ...{ receivedAt: submitted.at, concludedAt: scanned.at, controllers },
    remainingCopies: remainingCopies(facts.settings, {
      ...(last === undefined ? {} : { keysDestroyedAt: last }),
      ...{ concludedAt: scanned.at, kept },
    }),
    subject: { hash: subject, hashAlgorithm: 'sha-256' },
    ...{ dataMapVersion, softwareVersion: facts.softwareVersion },
    ledger: { seq: scanned.seq, hash: scanned.hash },
  };
}

/** Version 8 of RFC 9562: made from the request and the event that the receipt rests on. */
function receiptIdOf(requestId: string, { hash }: LedgerEvent): string {
  const hex = createHash('sha256').update(`receipt\0${requestId}\0${hash}`, 'utf8').digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}

async function placeResult(
  { requests, foundKey, erasedKey, scanKey }: ReceiptStores,
  { requestId, attempt }: RequestRecord,
  { profileId, aim, reason }: Task,
  chain: readonly LedgerEvent[],
): Promise<PlaceResult> {
  const whose = { requestId, profileId };
  const scan = await readScan(requests, scanKey, whose);
  if (!scan?.done || scan.attempt !== attempt)
    throw new ErasureIncomplete(`profile ${profileId} was not looked at to its end`);
  const vault = { place: 'vault', assurance: 'vendor-scanned' } as const;
  // What was there is told to nobody whose proof did not open it any more when the work began (A35).
  if (aim === 'withheld' && reason === 'no-longer-opened')
    return { ...vault, datasets: [], outcome: 'withheld', reason };
  // Of a profile that was left as it was, what is there is what was found.
  const asIs = { ...vault, datasets: datasetResults(countAll(scan), {}, scan.datasets) };
  if (aim === 'withheld' && isReceiptReason(reason)) return { ...asIs, outcome: 'withheld', reason };
  const found = await readFound(requests, foundKey, whose);
  if (found?.withheld) return { ...asIs, outcome: 'withheld', reason: found.withheld };
  const of = (type: string) =>
    chain.findLast((event) => event.type === type && event.facts['profileId'] === profileId);
  const before = of('already-erased')?.facts['erasedAt'];
  if (typeof before === 'string') return { ...asIs, outcome: 'already-erased', keysDestroyedAt: before };
  const destroyed = of('keys-destroyed');
  const erased = await readErased(requests, erasedKey, whose);
  if (!destroyed || !found?.done || !erased?.done)
    throw new ErasureIncomplete(`profile ${profileId} was not erased`);
  const datasets = datasetResults(found.datasets, erased.datasets, scan.datasets);
  return { ...vault, datasets, outcome: 'erased', keysDestroyedAt: destroyed.at };
}

const countAll = ({ datasets }: Scan): Counts =>
  Object.fromEntries(
    Object.entries(datasets).map(([name, { retained, residual }]) => [name, retained + residual]),
  );

const isReceiptReason = (
  reason: Task['reason'],
): reason is Extract<PlaceResult, { outcome: 'withheld' }>['reason'] =>
  reason === 'needs-level-2' || reason === 'identifier-linked-recently';
