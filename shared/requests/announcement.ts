import { createHash } from 'node:crypto';
import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { erasureGrounds } from '#shared/data-map/erasure-grounds.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { requestKey } from './request-record.ts';
import { PlanForged } from './tasks.ts';

const row = z.object({
  /** RFC 3339: when it was made, and until when the erasure can be stopped. */
  at: z.string(),
  until: z.string(),
  /** Why the data has to go (Art. 17(1)), as it was chosen. */
  ground: z.enum(erasureGrounds),
  /** Ids of the profiles that it is for, each with a row of its own. */
  profiles: z.array(z.string()),
  /** Who is to be told: each address by the digest of its row, so that none is changed for another. */
  notices: z.array(z.object({ noticeId: z.string(), digest: z.string() })),
  mac: z.string(),
});
/**
 * What was said before an erasure: the `ANNOUNCEMENT` row of its request, written once. The wait and the warning go by it
 * and not by `META`, which every function that writes `requests` can change (A17, A25).
 */
export type Announcement = Omit<z.output<typeof row>, 'mac'>;

/** Profiles and notices as digests: a MAC covers 4,096 bytes at most. */
const digestOf = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n'), 'utf8').digest('base64url');

const fieldsOf = (requestId: string, { at, until, ground, profiles, notices }: Announcement): string[] => [
  'announcement',
  requestId,
  at,
  until,
  ground,
  digestOf(profiles),
  digestOf(notices.map(({ noticeId, digest }) => `${noticeId} ${digest}`)),
];

/** The write of an announcement: the first stands. */
export async function putAnnouncement(
  requests: Table,
  planKey: MacKey,
  requestId: string,
  announcement: Announcement,
): Promise<TransactionItem> {
  const mac = await keyedHash(planKey, ...fieldsOf(requestId, announcement));
  return {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(requestId, 'ANNOUNCEMENT'), ...announcement, mac },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The announcement of a request, its MAC verified; undefined where none was made yet. @throws PlanForged */
export async function readAnnouncement(
  requests: Table,
  planKey: MacKey,
  requestId: string,
): Promise<Announcement | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'ANNOUNCEMENT'));
  if (!item) return undefined;
  const { mac, ...announcement } = row.parse(item);
  if (!(await verifyKeyedHash(planKey, mac, ...fieldsOf(requestId, announcement))))
    throw new PlanForged(`request ${requestId} was not announced like this`);
  return announcement;
}

/** @throws PlanForged where there is none */
export async function requireAnnouncement(
  requests: Table,
  planKey: MacKey,
  requestId: string,
): Promise<Announcement> {
  const announcement = await readAnnouncement(requests, planKey, requestId);
  if (!announcement) throw new PlanForged(`request ${requestId} was not announced`);
  return announcement;
}
