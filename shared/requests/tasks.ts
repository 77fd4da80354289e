import * as z from 'zod';
import { getItem, queryAll, type Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { withheldReasons } from '#shared/data-map/withheld.ts';
import { readPlanSize } from './plan-size.ts';
import { requestKey, type RequestRecord } from './request-record.ts';
import { AttemptSuperseded } from './request-store.ts';

/** What a task is to do with its profile. */
const aims = ['export', 'erase', 'withheld', 'already-erased'] as const;

const taskRow = z.object({
  place: z.literal('vault'),
  profileId: z.string(),
  controllerId: z.string(),
  aim: z.enum(aims),
  /** Why a profile is left as it is; of a task that is `withheld`. */
  reason: z.enum(withheldReasons).optional(),
  /** The profile's epoch when it was planned: in another, the plan is void. */
  epoch: z.number(),
  /** Of an erasure: the level of the proof in this profile, when it was planned (A1). */
  level: z.literal([1, 2]).optional(),
  /** Set where a newly linked identifier opens only what was stored from here on (A4). */
  storedFrom: z.string().optional(),
  /** Of an export of a profile that was erased before: when. */
  erasedAt: z.string().optional(),
  attempt: z.number(),
  state: z.enum(['open', 'done']),
  mac: z.string(),
});
/** One place's part of a plan for one profile: a `TASK#place#profile` row. */
export type Task = z.output<typeof taskRow>;
/** A task before its MAC is made. */
export type PlannedTask = Omit<Task, 'mac' | 'state' | 'place' | 'attempt'>;

/** Thrown when a task was not written by the function that plans: nothing is done for it. */
export class PlanForged extends Error {
  override readonly name = 'PlanForged';
}

const taskKey = (requestId: string, { place, profileId }: Pick<Task, 'place' | 'profileId'>) =>
  requestKey(requestId, `TASK#${place}#${profileId}`);

/**
 * What the MAC of a task covers: everything that decides what is done to whom. `plan-work` alone makes it; whoever acts on
 * a task verifies it, so that a row planted in `requests` has nobody's data exported or erased.
 */
const fieldsOf = (requestId: string, task: Omit<Task, 'mac' | 'state'>): string[] => [
  'task',
  requestId,
  String(task.attempt),
  task.place,
  task.profileId,
  task.controllerId,
  task.aim,
  task.reason ?? '',
  String(task.epoch),
  task.storedFrom ?? '',
  task.erasedAt ?? '',
  String(task.level ?? ''),
];

/** Makes a task of the vault, with its MAC. */
export async function makeTask(
  planKey: MacKey,
  requestId: string,
  attempt: number,
  planned: PlannedTask,
): Promise<Task> {
  const task = { ...planned, attempt, place: 'vault' as const };
  return { ...task, state: 'open', mac: await keyedHash(planKey, ...fieldsOf(requestId, task)) };
}

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

/** The tasks of one attempt, in a fixed order, as they stand in the table. Who acts on them uses `requireTasks`. */
export async function readTasks(requests: Table, requestId: string, attempt: number): Promise<Task[]> {
  const items = await queryAll(requests, `R#${requestId}`, 'TASK#');
  return items.map((item) => taskRow.parse(item)).filter((task) => task.attempt === attempt);
}

/**
 * The whole plan of a request in its attempt, as it was made.
 * @throws PlanForged where a task is not, or lacks; AttemptSuperseded where a later attempt has planned meanwhile
 */
export async function requirePlan(
  requests: Table,
  planKey: MacKey,
  { requestId, attempt }: Pick<RequestRecord, 'requestId' | 'attempt'>,
): Promise<Task[]> {
  const tasks = await requireTasks(requests, planKey, requestId, attempt);
  if (tasks.length === (await readPlanSize(requests, planKey, requestId, attempt))) return tasks;
  const meta = await getItem(requests, requestKey(requestId, 'META'));
  if (meta?.['attempt'] !== attempt)
    throw new AttemptSuperseded(`request ${requestId} is not in attempt ${attempt}`);
  throw new PlanForged(`request ${requestId} has another number of tasks`);
}

/** The tasks of one attempt, or of all, each with its MAC verified. @throws PlanForged */
export async function requireTasks(
  requests: Table,
  planKey: MacKey,
  requestId: string,
  wanted?: number,
): Promise<Task[]> {
  const items = await queryAll(requests, `R#${requestId}`, 'TASK#');
  const tasks = items.map((item) => {
    const task = taskRow.parse(item);
    // A copy of another profile's task would stand in for this one's.
    if (item['sk'] !== taskKey(requestId, task).sk)
      throw new PlanForged(`a task of request ${requestId} is not where it was planned`);
    return task;
  });
  // All of them: else a row would be hidden by giving it another attempt.
  for (const task of tasks) {
    const holds = await verifyKeyedHash(planKey, task.mac, ...fieldsOf(requestId, task));
    if (!holds) throw new PlanForged(`a task of request ${requestId} was not planned`);
  }
  return wanted === undefined ? tasks : tasks.filter(({ attempt }) => attempt === wanted);
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
