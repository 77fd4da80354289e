import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { requestKey } from './request-record.ts';

const taskRow = z.object({
  place: z.literal('vault'),
  profileId: z.string(),
  controllerId: z.string(),
  /** The profile's epoch when it was planned: in another, the plan is void. */
  epoch: z.number(),
  /** Set where a newly linked identifier opens only what was stored from here on (A4). */
  storedFrom: z.string().optional(),
  attempt: z.number(),
  state: z.enum(['open', 'done']),
});
/** One place's part of a plan for one profile: a `TASK#place#profile` row. */
export type Task = z.output<typeof taskRow>;

const taskKey = (requestId: string, { place, profileId }: Pick<Task, 'place' | 'profileId'>) =>
  requestKey(requestId, `TASK#${place}#${profileId}`);

/** Plans a task; the same or an earlier attempt's row is replaced, a later one's never. */
export function putTask(requests: Table, requestId: string, task: Task): TransactionItem {
  return {
    Put: {
      TableName: requests.name,
      Item: { ...taskKey(requestId, task), ...task },
      ConditionExpression: 'attribute_not_exists(pk) OR attempt <= :attempt',
      ExpressionAttributeValues: { ':attempt': task.attempt },
    },
  };
}

/** The tasks of one attempt, in a fixed order. */
export async function readTasks(requests: Table, requestId: string, attempt: number): Promise<Task[]> {
  const items = await queryAll(requests, `R#${requestId}`, 'TASK#');
  return items.map((item) => taskRow.parse(item)).filter((task) => task.attempt === attempt);
}

export function endTask(requests: Table, requestId: string, task: Task): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: taskKey(requestId, task),
      UpdateExpression: 'SET #state = :done',
      ConditionExpression: 'attempt = :attempt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':done': 'done', ':attempt': task.attempt },
    },
  };
}
