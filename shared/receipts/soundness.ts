import type { CopyKind, DatasetResult, PlaceResult, ReceiptContent } from './receipt-content.ts';

/** What a receipt may not say, though each of its fields has the right form. */
export type Unsoundness =
  | 'sum-differs'
  | 'residual-not-stated'
  | 'erased-without-key-destruction'
  | 'kept-without-ground'
  | 'ground-without-kept'
  | 'withheld-as-kept'
  | 'not-scanned'
  | 'listed-twice'
  | 'times-out-of-order'
  | 'horizon-not-stated';

/** `field` is a path, such as `controllers.0.places.0.datasets.2`. */
export type Unsound = { readonly field: string; readonly problem: Unsoundness };

/**
 * What is wrong with the sums and dates of a receipt; the same rules for whoever makes and whoever verifies one (A6, A9).
 * For every dataset found = erased + retained + residual; a residue only where the place says that it withheld; erased only
 * where keys were destroyed; nothing kept without exception and review date, nor in what was withheld, which stays in use;
 * each kind of remaining copy listed.
 */
export function findUnsound(content: ReceiptContent): Unsound[] {
  const { receivedAt, concludedAt, controllers } = content;
  const ids = controllers.map(({ controllerId }) => controllerId);
  return [
    ...(receivedAt > concludedAt ? [at('concludedAt', 'times-out-of-order')] : []),
    ...twice(ids, (n) => `controllers.${n}.controllerId`),
    ...controllers.flatMap(({ places }, n) =>
      places.flatMap((place, m) => findInPlace(content, place, `controllers.${n}.places.${m}`)),
    ),
    ...findInCopies(content),
  ];
}

const at = (field: string, problem: Unsoundness): Unsound => ({ field, problem });

function twice(names: readonly string[], field: (index: number) => string): Unsound[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const known = seen.has(name);
    seen.add(name);
    return known ? [at(field(index), 'listed-twice')] : [];
  });
}

function findInPlace(
  { receivedAt, concludedAt }: ReceiptContent,
  place: PlaceResult,
  path: string,
): Unsound[] {
  const { assurance, datasets, outcome } = place;
  const early = outcome === 'erased' && place.keysDestroyedAt < receivedAt;
  const late = outcome !== 'withheld' && place.keysDestroyedAt > concludedAt;
  return [
    // The vault is ours: we look ourselves, or we say nothing.
    ...(assurance === 'vendor-scanned' ? [] : [at(`${path}.assurance`, 'not-scanned')]),
    ...(early || late ? [at(`${path}.keysDestroyedAt`, 'times-out-of-order')] : []),
    ...twice(
      datasets.map(({ dataset }) => dataset),
      (n) => `${path}.datasets.${n}.dataset`,
    ),
    ...datasets.flatMap((row, n) =>
      findInDataset(row, outcome, receivedAt.slice(0, 10)).map((problem) =>
        at(`${path}.datasets.${n}`, problem),
      ),
    ),
  ];
}

function findInDataset(row: DatasetResult, outcome: PlaceResult['outcome'], received: string): Unsoundness[] {
  const { found, erased, retained, residual, ground, exception, reviewAt } = row;
  const stated = [ground, exception, reviewAt].filter((one) => one !== undefined).length;
  const problems: Record<string, boolean> = {
    'sum-differs': found !== erased + retained + residual,
    'residual-not-stated': residual > 0 && outcome !== 'withheld',
    'erased-without-key-destruction': erased > 0 && outcome !== 'erased',
    'kept-without-ground': retained > 0 && stated < 3,
    'ground-without-kept': retained === 0 && stated > 0,
    'withheld-as-kept': outcome === 'withheld' && retained > 0,
    // A hold, and what an earlier erasure kept, may be overdue for review, and then the receipt says so.
    'times-out-of-order':
      outcome === 'erased' && ground === 'data-map' && reviewAt !== undefined && reviewAt < received,
  } satisfies Partial<Record<Unsoundness, boolean>>;
  return Object.entries(problems).flatMap(([problem, isSo]) => (isSo ? [problem as Unsoundness] : []));
}

/** What every erasure leaves, one that erased nothing too; what it leaves where keys went; and where data stayed. */
export const copiesThatRemain = {
  always: ['contact', 'request-record', 'ledger', 'counters', 'mail', 'queues', 'logs'],
  whereErased: ['keys', 'ciphertext', 'tombstone'],
  whereKept: ['retained-records', 'index-entries'],
} as const satisfies Record<string, readonly CopyKind[]>;

/** A9: where keys went, it is said until when they could come back; where data stayed, that it did; and what is kept of the request. */
function findInCopies({ controllers, remainingCopies }: ReceiptContent): Unsound[] {
  const places = controllers.flatMap(({ places: own }) => own);
  const destroyed = places
    .flatMap((place) => (place.outcome === 'withheld' ? [] : [place.keysDestroyedAt]))
    .toSorted();
  const last = destroyed.at(-1);
  const keeps = places.some(({ datasets }) => datasets.some(({ retained }) => retained > 0));
  const listed = new Set(remainingCopies.map(({ what }) => what));
  const wanted = [
    ...copiesThatRemain.always,
    ...(last === undefined ? [] : copiesThatRemain.whereErased),
    ...(keeps ? copiesThatRemain.whereKept : []),
  ];
  return [
    ...wanted.filter((what) => !listed.has(what)).map(() => at('remainingCopies', 'horizon-not-stated')),
    ...remainingCopies.flatMap(({ until }, n) =>
      last !== undefined && until !== 'while-retained' && until < last
        ? [at(`remainingCopies.${n}.until`, 'times-out-of-order')]
        : [],
    ),
  ];
}
