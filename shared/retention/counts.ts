import * as z from 'zod';
import { exceptions } from '#shared/data-map/exception.ts';
import type { WithheldReason } from '#shared/data-map/withheld.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { countStore } from './count-store.ts';

/**
 * What an erasure found, erased and left of a profile, counted by three functions in three rows of the request, so that
 * found = erased + retained + residual says something (A6). Not bound to an attempt: a later one goes on counting.
 */
const counts = z.record(z.string(), z.number());
export type Counts = z.output<typeof counts>;

export function addCounts(to: Counts, records: readonly { readonly dataset: string }[]): Counts {
  const sum = { ...to };
  for (const { dataset } of records) sum[dataset] = (sum[dataset] ?? 0) + 1;
  return sum;
}

/** Rises with each write: of two that count at once, one goes on from what the other has counted. */
const version = z.number();
/** The sort key up to which is counted. */
const upTo = z.string().optional();

/** Why a profile is left whole when its turn comes, though its plan was to erase it or to wait for who erases it. */
const atTurn = ['needs-level-2', 'given-back'] as const satisfies readonly WithheldReason[];
export type WithheldAtTurn = (typeof atTurn)[number];

const found = z.object({
  version,
  upTo,
  /** The holds that this count was made under: with other holds it begins anew. */
  holdEpoch: z.number(),
  datasets: counts,
  /** How many of all these rows stay. */
  retained: z.number(),
  /** Sites that were given data, by id: each is to be told (Art. 19). */
  recipients: z.array(z.string()),
  /** Disclosures to others, who have no id with us. */
  otherDisclosures: z.number(),
  /** Digest of the identifiers that the request names, by which the second look is held to look for each. */
  named: z.string().optional(),
  /** Why the profile was left whole when its turn came: then nothing is counted, and it is never done. */
  withheld: z.enum(atTurn).optional(),
  done: z.boolean(),
});
export type Found = z.output<typeof found>;

const erased = z.object({
  version,
  upTo,
  datasets: counts,
  /** The sort key up to which all that goes is deleted: where the next run goes on. */
  deletedTo: z.string().optional(),
  done: z.boolean(),
});
export type Erased = z.output<typeof erased>;

const scanned = z.object({
  retained: z.number(),
  residual: z.number(),
  ground: z.enum(['data-map', 'hold']).optional(),
  exception: z.enum(exceptions).optional(),
  reviewAt: z.string().optional(),
});
export type ScannedDataset = z.output<typeof scanned>;

/** What must be gone besides records, in the order in which it is looked for. */
export const leftoverKinds = [
  'identifiers',
  'consents',
  'index-entries',
  'keys',
  'staging-objects',
  'bundle-objects',
  'unfinished-uploads',
] as const;
export type LeftoverKind = (typeof leftoverKinds)[number];

const scan = z.object({
  version,
  upTo,
  /** A scan is of one attempt: a later attempt looks everywhere again. */
  attempt: z.number(),
  datasets: z.record(z.string(), scanned),
  leftovers: z.partialRecord(z.enum(leftoverKinds), z.number()),
  scannedAt: z.string().optional(),
  done: z.boolean(),
});
export type Scan = z.output<typeof scan>;

/**
 * The keys of the counters' MACs. Each is one function's to make MACs with, so that none writes another's row: who was taken
 * over and erases too much or too little cannot say that it was looked at again (A6, A17).
 */
export type CountKeys = { readonly foundKey: MacKey; readonly erasedKey: MacKey; readonly scanKey: MacKey };

/** Whether what a profile says was preserved is what was counted: the profile's row alone proves nothing. */
export const isCounted = (
  count: Found | undefined,
  preserved: { readonly holdEpoch: number; readonly retained: number },
): count is Found =>
  count?.done === true && count.holdEpoch === preserved.holdEpoch && count.retained === preserved.retained;

/** By `preserve-held`. */
export const { read: readFound, write: writeFound } = countStore<Found>('FOUND', found);
/** By `erase-rows`. */
export const { read: readErased, write: writeErased } = countStore<Erased>('ERASED', erased);
/** By `scan-places`. */
export const { read: readScan, write: writeScan } = countStore<Scan>('SCAN', scan);
