import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { queryPages, type Item, type Key, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { bases } from '#shared/data-map/basis.ts';
import { keyObject, seal, subkey, unseal, type VaultKey } from './record-format.ts';

const recordRow = z.object({
  sk: z.string(),
  dataset: z.string(),
  recordId: z.string(),
  scope: z.enum(['ordinary', 'retained']),
  basis: z.enum(bases),
  collectedAt: z.string(),
  storedAt: z.string(),
  digest: z.string(),
  /** The hold for which a record of the ordinary key lies under the retained one (G16). */
  heldBy: z.string().optional(),
  ciphertext: bytes,
});
/** A row of `records`: one item of a dataset in a profile. What it says is in `ciphertext` only. */
export type RecordRow = Omit<z.output<typeof recordRow>, 'sk'>;
export const parseRecordRow = (item: Item): RecordRow => recordRow.parse(item);

const sealedRow = recordRow.pick({
  ...{ sk: true, scope: true, basis: true, collectedAt: true, storedAt: true, ciphertext: true },
});
/** What opening a record takes of its row. */
export type SealedRecord = Omit<RecordRow, 'digest' | 'heldBy'>;
/** Asks a Query for that much: `sk` holds dataset and id, and half of a row need not travel. */
export const sealedRecord = {
  ProjectionExpression: 'sk, #scope, basis, collectedAt, storedAt, ciphertext',
  ExpressionAttributeNames: { '#scope': 'scope' },
} as const;
export function parseSealedRecord(item: Item): SealedRecord {
  const { sk, ...row } = sealedRow.parse(item);
  const [dataset = '', recordId = ''] = sk.split('#');
  return { dataset, recordId, ...row };
}

const payload = z.object({ externalId: z.string().optional(), data: z.record(z.string(), z.unknown()) });
/** What is sealed: the data, and the site's own name for the record. */
export type RecordPayload = z.output<typeof payload>;

export const recordKey = (profileId: string, dataset: string, recordId: string): Key => ({
  pk: `P#${profileId}`,
  sk: `${dataset}#${recordId}`,
});

/** The most that one record's sealed payload may take: an item of DynamoDB holds 400 KB, names and ids included. */
export const maxSealedBytes = 350_000;

const keyed = (key: Buffer, purpose: string, ...fields: string[]): string => {
  const own = subkey(key, purpose);
  const mac = createHmac('sha256', keyObject(own)).update(fields.join('\0'), 'utf8').digest('base64url');
  own.fill(0);
  return mac;
};
/**
 * Id of a record under its profile's key: the same external id gives the same id here and another elsewhere, and says
 * nothing once the key is gone.
 */
export const recordIdOf = (key: Buffer, dataset: string, externalId: string): string =>
  keyed(key, 'record-id', dataset, externalId);
/** Digest of what a site sent, to tell `unchanged` from `replaced` without opening anything. */
export const digestOf = (key: Buffer, canonicalText: string): string => keyed(key, 'digest', canonicalText);

const binding = (profileId: string, { dataset, recordId }: Pick<RecordRow, 'dataset' | 'recordId'>) => [
  'record',
  profileId,
  dataset,
  recordId,
];

export const sealPayload = (
  key: Buffer,
  profileId: string,
  row: Pick<RecordRow, 'dataset' | 'recordId'>,
  value: RecordPayload,
) => seal(key, binding(profileId, row), Buffer.from(JSON.stringify(value), 'utf8'));

export function openPayload(
  key: VaultKey,
  profileId: string,
  row: Pick<RecordRow, 'dataset' | 'recordId' | 'ciphertext'>,
): RecordPayload {
  return payload.parse(JSON.parse(unseal(key, binding(profileId, row), row.ciphertext).toString('utf8')));
}

/** The row under the other key, or for another hold: the same record, whose id and digest stay as they are. */
export function moveRow(
  keys: Readonly<Record<RecordRow['scope'], Buffer>>,
  profileId: string,
  row: RecordRow,
  { scope, heldBy }: Pick<RecordRow, 'scope' | 'heldBy'>,
): RecordRow {
  if (scope === row.scope) return { ...row, heldBy };
  const bound = binding(profileId, row);
  const text = unseal(keys[row.scope], bound, row.ciphertext);
  try {
    return { ...row, scope, heldBy, ciphertext: seal(keys[scope], bound, text) };
  } finally {
    text.fill(0);
  }
}

/** The put of a record over what was read there: nothing, or the row with that digest (race 2). */
export function putRecord(
  records: Table,
  profileId: string,
  row: RecordRow,
  standing: RecordRow | undefined,
): TransactionItem {
  const item = { ...recordKey(profileId, row.dataset, row.recordId), ...row };
  if (!standing) {
    return { Put: { TableName: records.name, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
  }
  return {
    Put: {
      TableName: records.name,
      Item: item,
      ConditionExpression: 'digest = :standing',
      ExpressionAttributeValues: { ':standing': standing.digest },
    },
  };
}

/** The rows of a profile from one sort key to another, both included, page by page. */
export async function* rowsBetween(
  records: Table,
  profileId: string,
  first: string,
  last: string,
): AsyncGenerator<RecordRow[], void> {
  const range = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': `P#${profileId}`, ':first': first, ':last': last },
  };
  for await (const { items } of queryPages(records, range)) yield items.map(parseRecordRow);
}

/** Rows that stand under these keys, by sort key. At most 100 keys; what DynamoDB leaves unprocessed is asked again. */
export async function readRecords(
  records: Table,
  keys: readonly Key[],
  tries = 6,
): Promise<ReadonlyMap<string, RecordRow>> {
  const found = new Map<string, RecordRow>();
  let asked: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let attempt = 1; asked.length > 0; attempt += 1) {
    if (attempt > tries) throw new Error('BatchGetItem left keys unprocessed');
    if (attempt > 1) await sleep(20 * 2 ** attempt * Math.random());
    const answer = await records.client.send(
      new BatchGetCommand({ RequestItems: { [records.name]: { Keys: asked, ConsistentRead: true } } }),
    );
    for (const item of answer.Responses?.[records.name] ?? []) {
      const { sk, ...row } = recordRow.parse(item);
      found.set(sk, row);
    }
    asked = answer.UnprocessedKeys?.[records.name]?.Keys ?? [];
  }
  return found;
}
