import * as z from 'zod';
import { bytes } from '#shared/aws/bytes.ts';
import { partition, queryPages, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import type { IdentifierChange, LinkedIdentifier } from './identifier-changes.ts';
import { indexPartition } from './identifier-hash.ts';
import { identifierKinds, type IdentifierKind } from './normalise.ts';
import { profileKey, type Profile } from './profile-store.ts';
import type { IndexEntry } from './sound.ts';

const identifierRow = z.object({
  kind: z.enum(identifierKinds),
  hash: z.string(),
  sealed: bytes,
  verifiedAt: z.string().optional(),
  lastVerifiedAt: z.string().optional(),
  linkedAt: z.string(),
  lastSeenAt: z.string(),
  status: z.enum(['current', 'former']),
  formerAt: z.string().optional(),
  settled: z.literal(true).optional(),
});
/** An `ID#kind#hash` row of a profile: the identifier is in it only as keyed hash and as ciphertext. */
export type IdentifierRow = z.output<typeof identifierRow>;

const indexRow = z.object({
  profileId: z.string(),
  controllerId: z.string(),
  verifiedAt: z.string().optional(),
  linkedAt: z.string(),
  lastSeenAt: z.string(),
  status: z.enum(['current', 'former', 'retained']),
  formerAt: z.string().optional(),
  openedAt: z.string(),
});

export const identifierKey = (profileId: string, { kind, hash }: Pick<LinkedIdentifier, 'kind' | 'hash'>) =>
  profileKey(profileId, `ID#${kind}#${hash}`);

/** The index row of an identifier in one profile. */
export const indexKey = (
  profileId: string,
  { kind, hash }: Pick<LinkedIdentifier, 'kind' | 'hash'>,
): { pk: string; sk: string } => ({ pk: indexPartition(kind, hash), sk: `P#${profileId}` });

/** What a sealed identifier is bound to. */
export const identifierBinding = (
  profileId: string,
  kind: IdentifierKind,
  hash: string,
): readonly string[] => ['identifier', profileId, kind, hash];

export async function readIdentifiers(directory: Table, profileId: string): Promise<IdentifierRow[]> {
  const rows: IdentifierRow[] = [];
  for await (const page of identifierPages(directory, profileId)) rows.push(...page);
  return rows;
}

/** The same, page by page: for work that must not have a size. */
export async function* identifierPages(
  directory: Table,
  profileId: string,
): AsyncGenerator<IdentifierRow[], void> {
  for await (const { items } of queryPages(directory, partition(`P#${profileId}`, 'ID#')))
    yield items.map((item) => identifierRow.parse(item));
}

/**
 * The pair of writes behind one change: the profile's row and the index row, in the profile's transaction, since a scan
 * after an erasure must prove zero and a secondary index lags.
 */
export function writeIdentifier(
  { directory, index }: { directory: Table; index: Table },
  { profileId, controllerId, openedAt }: Profile,
  { action, row }: IdentifierChange,
  sealed: Uint8Array,
): TransactionItem[] {
  const { verifiedAt, linkedAt, lastSeenAt, status, formerAt } = row;
  return [
    {
      Put: {
        TableName: directory.name,
        Item: { ...identifierKey(profileId, row), ...row, sealed },
        ...conditionOf(action, status),
      },
    },
    {
      Put: {
        TableName: index.name,
        Item: {
          ...indexKey(profileId, row),
          ...{
            profileId,
            controllerId,
            verifiedAt,
            linkedAt,
            lastSeenAt,
            status,
            formerAt,
            openedAt,
          },
        },
      },
    },
  ];
}

/** Of two calls that replace one identifier at once, the second must see by what it was replaced. */
function conditionOf(action: IdentifierChange['action'], status: LinkedIdentifier['status']) {
  if (action === 'link') return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (status === 'current') return { ConditionExpression: 'attribute_exists(pk)' };
  return {
    ConditionExpression: '#status = :current',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':current': 'current' },
  };
}

/** Every profile in which an identifier stands. A shared mailbox can have thousands: the query is paged. */
export async function findEntries(index: Table, kind: IdentifierKind, hash: string): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for await (const page of queryPages(index, partition(indexPartition(kind, hash)))) {
    entries.push(...page.items.map((item) => indexRow.parse(item)));
  }
  return entries;
}
