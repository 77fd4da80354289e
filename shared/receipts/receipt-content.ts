import * as z from 'zod';
import { softwareVersion } from '#shared/aws/software-version.ts';
import { erasureGrounds } from '#shared/data-map/erasure-grounds.ts';
import { exceptions } from '#shared/data-map/exception.ts';
import type { WithheldReason } from '#shared/data-map/withheld.ts';
import type { Assurance } from '#shared/places/place.ts';
import { issuer, organisationName } from './issuer.ts';

/** Who says that it stays: the data map, for data with a legal term of its own, or an order to keep it. */
const keepers = ['data-map', 'hold'] as const;
/** Why a whole profile was left as it was. */
const withheldReasons = [
  'needs-level-2',
  'identifier-linked-recently',
  'no-longer-opened',
  'given-back',
] as const satisfies readonly WithheldReason[];
const assurances = [
  'vendor-scanned',
  'site-reported',
  'controller-asserted',
  'unreachable',
] as const satisfies readonly Assurance[];

/** Every kind of copy that outlives an erasure, by what it is. */
export const copyKinds = [
  'keys',
  'ciphertext',
  'retained-records',
  'index-entries',
  'tombstone',
  'contact',
  'request-record',
  'ledger',
  'counters',
  'mail',
  'queues',
  'logs',
] as const;
export type CopyKind = (typeof copyKinds)[number];

/**
 * What ends a copy: a term of the service that holds it (recovery, TTL, retention); a scheduled run of ours; or nothing but a
 * person, where no program that is deployed does it.
 */
const endings = ['service', 'run', 'person'] as const;
export type Ending = (typeof endings)[number];

// No form below has room for text of or about a person: a name, an address, a number to call (A18). What organisations are
// called is the one exception: what a controller said of itself at enrolment, and the issuer in its settings.
const time = z.iso.datetime({ precision: 3 });
const count = z.int().min(0);
/** SHA-256, base64url. */
const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);

const datasetResult = z.strictObject({
  /** A name of the data map. Maps change, receipts stay: a reader takes any name, the maker only its own map's. */
  dataset: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  found: count,
  erased: count,
  retained: count,
  /** Still there when everything had been done. */
  residual: count,
  ground: z.enum(keepers).optional(),
  exception: z.enum(exceptions).optional(),
  /** The day on which keeping it is looked at again at the latest. */
  reviewAt: z.iso.date().optional(),
});

const place = { place: z.literal('vault'), assurance: z.enum(assurances), datasets: z.array(datasetResult) };
/** One entry for each profile: someone who registered anew can have two at one controller. */
const placeResult = z.discriminatedUnion('outcome', [
  z.strictObject({ ...place, outcome: z.literal('erased'), keysDestroyedAt: time }),
  /** By an earlier request: what is found now was retained then. */
  z.strictObject({ ...place, outcome: z.literal('already-erased'), keysDestroyedAt: time }),
  z.strictObject({ ...place, outcome: z.literal('withheld'), reason: z.enum(withheldReasons) }),
]);

const controllerResult = z.strictObject({
  controllerId: z.uuid(),
  name: organisationName,
  places: z.array(placeResult).min(1),
});

const remainingCopy = z.strictObject({
  what: z.enum(copyKinds),
  /** The last moment at which it can exist, or as long as what was retained is kept. */
  until: z.union([time, z.literal('while-retained')]),
  /** By what it ends then, with the software that made the receipt. */
  endedBy: z.enum(endings),
  ground: z.enum(exceptions).optional(),
});

/** What a receipt says. */
export const receiptContent = z.strictObject({
  version: z.literal(1),
  issuer,
  receiptId: z.uuid(),
  requestId: z.uuid(),
  right: z.literal('erasure'),
  ground: z.enum(erasureGrounds),
  receivedAt: time,
  concludedAt: time,
  controllers: z.array(controllerResult).min(1),
  remainingCopies: z.array(remainingCopy),
  /** Says whose data it was to whoever knows the salt and the identifier, and nothing to anybody else. */
  subject: z.strictObject({ hash: digest, hashAlgorithm: z.literal('sha-256') }),
  dataMapVersion: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  softwareVersion,
  /** The last event of the request when the receipt was made. */
  ledger: z.strictObject({ seq: z.int().min(1), hash: hexDigest }),
  /** Hash of an earlier receipt of the same request, which this one supplements. */
  refersTo: digest.optional(),
});

export type ReceiptContent = z.output<typeof receiptContent>;
export type ControllerResult = ReceiptContent['controllers'][number];
export type PlaceResult = ControllerResult['places'][number];
export type DatasetResult = PlaceResult['datasets'][number];
export type RemainingCopy = ReceiptContent['remainingCopies'][number];

/** Whether a receipt speaks of no erasure at all: every profile was left as it was. */
export const isNothingErased = ({ controllers }: Pick<ReceiptContent, 'controllers'>): boolean =>
  controllers.every(({ places }) => places.every(({ outcome }) => outcome === 'withheld'));

/** Whether a profile that was withheld is known to go on being used. Of what the proof no longer opens nothing is told. */
export const isLeftInUse = (result: PlaceResult): boolean =>
  result.outcome === 'withheld' && result.reason !== 'no-longer-opened';
