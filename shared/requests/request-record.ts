import * as z from 'zod';
import { erasureGrounds, orderGrounds } from '#shared/data-map/erasure-grounds.ts';
import { withheldReasons } from '#shared/data-map/withheld.ts';
import { rights, states } from './states.ts';

/** The `META` row of a request: facts of procedure only. Contact and text lie under the request's key, in `CONTACT`. */
export const requestRecord = z.object({
  requestId: z.string(),
  right: z.enum(rights),
  state: z.enum(states),
  version: z.number(),
  /** Rises with each redrive; every write of a workflow checks that its attempt is still this one. */
  attempt: z.number(),
  openTasks: z.number(),
  bundles: z.number(),
  receivedAt: z.string(),
  dueAt: z.string(),
  /** The due day at the seat, `2027-04-05`: what people are told. */
  dueOn: z.string().optional(),
  language: z.enum(['en', 'de']),
  channel: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('subject'),
      identifierKind: z.literal('email'),
      identifierHash: z.string(),
      browserSecretHash: z.string(),
    }),
    z.object({
      kind: z.literal('site'),
      siteId: z.string(),
      controllerId: z.string(),
      profileId: z.string().optional(),
      /** When its user signed in, and how; of an order nobody did, and `method` is `controller-order`. */
      authenticatedAt: z.string().optional(),
      method: z.string(),
      /** Set where the site's controller ordered it: on what. */
      order: z.enum(orderGrounds).optional(),
    }),
  ]),
  /** Whether a code was ever asked for: an address that was never written to is not told of a lapse either (A21). */
  codeAsked: z.boolean().optional(),
  /** When its person said “not me” after the end: nothing is given out any more. */
  disavowedAt: z.string().optional(),
  /** Chosen by the proven person: all controllers in reach, or these. */
  scope: z.union([z.literal('all'), z.array(z.string())]).optional(),
  /** Why the data has to go (Art. 17(1)); of an erasure. */
  ground: z.enum(erasureGrounds).optional(),
  startedAt: z.string().optional(),
  /** Binds scope and ground to the request, as they were chosen at its start. */
  choiceMac: z.string().optional(),
  /** Set while profiles may be restricted by this erasure; where it is stopped, they are to be let go. */
  restricts: z.literal(true).optional(),
  /** Until when an erasure can be withdrawn, as it is shown; what counts is its announcement. */
  coolingOffUntil: z.string().optional(),
  /** When the plan was fixed; a bundle tells the request’s history up to here, so that it can be built again alike. */
  plannedAt: z.string().optional(),
  /** Why part of what is on record is withheld. */
  withheld: z.array(z.enum(withheldReasons)).optional(),
  endedAt: z.string().optional(),
  /** Hash of the receipt that an erasure ended with; absent where nothing was in reach. */
  receipt: z.string().optional(),
  ledger: z.object({ seq: z.number(), hash: z.string() }),
});
export type RequestRecord = z.output<typeof requestRecord>;

/** An order of a site's controller: an authority of its own, and no proof of the person's identity (A10). */
export const isOrder = ({ channel }: Pick<RequestRecord, 'channel'>): boolean =>
  channel.kind === 'site' && channel.order !== undefined;

export const requestKey = (requestId: string, row: string): { pk: string; sk: string } => ({
  pk: `R#${requestId}`,
  sk: row,
});

const shards = 4;
/** Rows that wait for a scheduled function stand in the sparse index `work`, spread over a few partitions. */
export type WorkKind = 'lapse' | 'running' | 'outbox' | 'expire' | 'forget' | 'tombstone';
export const workPartitions = (kind: WorkKind): string[] =>
  Array.from({ length: shards }, (_, n) => `${kind}#${n}`);
export function workKeys(kind: WorkKind, requestId: string, at: string): { workPk: string; workSk: string } {
  const shard = Number.parseInt(requestId.slice(-2), 16) % shards;
  return { workPk: `${kind}#${shard}`, workSk: `${at}#${requestId}` };
}
