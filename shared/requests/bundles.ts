import * as z from 'zod';
import { getItem, queryAll, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey, workKeys } from './request-record.ts';

/** How long a bundle can be fetched, and how often a link to it is given (design: section 10). */
export const bundleRules = { keepDays: 7, links: 5, linkSeconds: 300, stagingHours: 48 } as const;

const bundleRow = z.object({
  requestId: z.string(),
  number: z.number(),
  attempt: z.number(),
  key: z.string(),
  bytes: z.number(),
  expiresAt: z.string(),
  linksLeft: z.number(),
  state: z.enum(['stored', 'expired']),
});
/** A `BUNDLE#n` row: an archive in the bundle bucket, until the scheduled expiry deletes it. */
export type Bundle = z.output<typeof bundleRow>;

const bundleKey = (requestId: string, number: number) => requestKey(requestId, `BUNDLE#${number}`);
export const bundleObjectKey = (requestId: string, number: number): string => `${requestId}/${number}.zip`;

/** Keeps what was built, over what this or an earlier attempt built; a later attempt's stands (race 8). */
export function putBundle(
  requests: Table,
  built: Pick<Bundle, 'requestId' | 'number' | 'attempt' | 'bytes'>,
  at: string,
): TransactionItem {
  const { requestId, number } = built;
  const expiresAt = new Date(Date.parse(at) + bundleRules.keepDays * 86_400_000).toISOString();
  const row: Bundle = {
    ...built,
    key: bundleObjectKey(requestId, number),
    expiresAt,
    linksLeft: bundleRules.links,
    state: 'stored',
  };
  return {
    Put: {
      TableName: requests.name,
      Item: { ...bundleKey(requestId, number), ...row, ...workKeys('expire', requestId, expiresAt) },
      ConditionExpression: 'attribute_not_exists(pk) OR attempt <= :attempt',
      ExpressionAttributeValues: { ':attempt': built.attempt },
    },
  };
}

export async function readBundle(
  requests: Table,
  requestId: string,
  number: number,
): Promise<Bundle | undefined> {
  const item = await getItem(requests, bundleKey(requestId, number));
  return item === undefined ? undefined : bundleRow.parse(item);
}

export async function readBundles(requests: Table, requestId: string): Promise<Bundle[]> {
  return (await queryAll(requests, `R#${requestId}`, 'BUNDLE#')).map((item) => bundleRow.parse(item));
}

/** Takes one of a bundle's links: refused when none is left, or its time is over. */
export function takeLink(requests: Table, requestId: string, number: number, now: string): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: bundleKey(requestId, number),
      UpdateExpression: 'SET linksLeft = linksLeft - :one',
      ConditionExpression: '#state = :stored AND linksLeft > :zero AND expiresAt > :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':stored': 'stored', ':now': now },
    },
  };
}

/** Marks a bundle as gone and takes it out of the work that waits. */
export function expireBundle(
  requests: Table,
  requestId: string,
  number: number,
  now: string,
): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: bundleKey(requestId, number),
      UpdateExpression: 'SET #state = :expired REMOVE workPk, workSk',
      ConditionExpression: '#state = :stored AND expiresAt <= :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':expired': 'expired', ':stored': 'stored', ':now': now },
    },
  };
}

/** The `STAGING` row: says that objects of this request may lie in the staging bucket, and when they must be gone. */
export function putStaging(requests: Table, requestId: string, until: string): TransactionItem {
  return {
    Put: {
      TableName: requests.name,
      Item: {
        ...requestKey(requestId, 'STAGING'),
        ...{ requestId, state: 'stored', expiresAt: until },
        ...workKeys('expire', requestId, until),
      },
    },
  };
}

export function expireStaging(requests: Table, requestId: string, now: string): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: requestKey(requestId, 'STAGING'),
      UpdateExpression: 'SET #state = :expired REMOVE workPk, workSk',
      ConditionExpression: '#state = :stored AND expiresAt <= :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':expired': 'expired', ':stored': 'stored', ':now': now },
    },
  };
}
