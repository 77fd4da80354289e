import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { requestKey } from './request-record.ts';

const row = z.object({ attempt: z.number(), tasks: z.number(), mac: z.string() });

const fieldsOf = (requestId: string, attempt: number, tasks: number): string[] => [
  'plan',
  requestId,
  String(attempt),
  String(tasks),
];

/**
 * The write of the `PLAN` row: how many tasks an attempt has. Each task has a MAC of its own; this one tells when a task
 * was taken away. A later attempt's is never replaced.
 */
export async function putPlanSize(
  requests: Table,
  planKey: MacKey,
  requestId: string,
  { attempt, tasks }: { attempt: number; tasks: number },
): Promise<TransactionItem> {
  const mac = await keyedHash(planKey, ...fieldsOf(requestId, attempt, tasks));
  return {
    Put: {
      TableName: requests.name,
      Item: { ...requestKey(requestId, 'PLAN'), attempt, tasks, mac },
      ConditionExpression: 'attribute_not_exists(pk) OR attempt <= :attempt',
      ExpressionAttributeValues: { ':attempt': attempt },
    },
  };
}

/** How many tasks the plan of this attempt has, as its maker wrote; undefined where nobody did. */
export async function readPlanSize(
  requests: Table,
  planKey: MacKey,
  requestId: string,
  attempt: number,
): Promise<number | undefined> {
  const item = await getItem(requests, requestKey(requestId, 'PLAN'));
  if (!item) return undefined;
  const { tasks, mac } = row.parse(item);
  return (await verifyKeyedHash(planKey, mac, ...fieldsOf(requestId, attempt, tasks))) ? tasks : undefined;
}
