import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { exceptions } from '#shared/data-map/exception.ts';
import { getItem, type Table } from '#shared/aws/table.ts';

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

type CountStore<Row> = {
  readonly read: (requests: Table, requestId: string, profileId: string) => Promise<Row | undefined>;
  /**
   * Writes what was counted over what was read (`undefined`: nothing).
   * @returns the row as it now stands, or undefined where another run has counted meanwhile
   */
  readonly write: (
    requests: Table,
    whose: { requestId: string; profileId: string },
    next: Omit<Row, 'version'>,
    standing: Row | undefined,
  ) => Promise<Row | undefined>;
};

function countStore<Row extends { version: number }>(
  name: 'FOUND' | 'ERASED' | 'SCAN',
  schema: z.ZodType<Row>,
): CountStore<Row> {
  const keyOf = (requestId: string, profileId: string) => ({
    pk: `R#${requestId}`,
    sk: `${name}#vault#${profileId}`,
  });
  return {
    read: async (requests, requestId, profileId) => {
      const item = await getItem(requests, keyOf(requestId, profileId));
      return item === undefined ? undefined : schema.parse(item);
    },
    write: async (requests, { requestId, profileId }, next, standing) => {
      const row = { ...next, version: (standing?.version ?? 0) + 1 };
      const put = new PutCommand({
        TableName: requests.name,
        Item: { ...keyOf(requestId, profileId), profileId, ...row },
        ...conditionOn(standing?.version),
      });
      try {
        await requests.client.send(put);
        return schema.parse(row);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}

const conditionOn = (read: number | undefined) =>
  read === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :read',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':read': read },
      };

/** By `preserve-held`. */
export const { read: readFound, write: writeFound } = countStore<Found>('FOUND', found);
/** By `erase-rows`. */
export const { read: readErased, write: writeErased } = countStore<Erased>('ERASED', erased);
/** By `scan-places`. */
export const { read: readScan, write: writeScan } = countStore<Scan>('SCAN', scan);
