import { createHash, createHmac, randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';
import { Problem } from './problem.ts';

/** How long an answer is kept for a replay, in seconds. */
const remembered = 24 * 60 * 60;
/** A claim outlives the longest call; after a crash a retry may run once it has ended. Milliseconds. */
const claimed = 60_000;
/** What a caller should wait when its twin is still at work, in seconds. */
const patience = 5;

/** What one `Idempotency-Key` stands for. */
export type OnceKey = {
  /** Caller and place of the call: another caller, route or path is another key. */
  readonly scope: string;
  readonly key: string;
  readonly rawBody: Buffer;
};

/** An answer as it is kept: ids and status only, `undefined` body where the answer holds a secret. */
export type KeptAnswer = { readonly status: number; readonly body?: string };

export type Once =
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  | {
      readonly kind: 'first';
      /** Keeps the answer for 24 hours. */
      readonly keep: (answer: KeptAnswer) => Promise<void>;
      /** Gives the key free, so that a retry runs again. */
      readonly release: () => Promise<void>;
    };

type Row = {
  state: 'claimed' | 'answered' | 'free';
  claimId: string;
  bodyDigest?: string;
  answer?: string;
  claimedUntil: number;
};

/**
 * Claims an idempotency key, in one conditional put: of two callers at once, one is first. Only PutItem is needed.
 *
 * @throws Problem `idempotency-mismatch` (another body), `in-progress`, `already-issued` (the answer held a secret)
 */
export async function claimOnce(table: Table, onceKey: OnceKey, now: Date): Promise<Once> {
  const claimId = randomUUID();
  const bodyDigest = digestBody(onceKey);
  const claim: Row = { state: 'claimed', claimId, bodyDigest, claimedUntil: now.getTime() + claimed };
  const standing = await putUnless(table, claimParams(table.name, onceKey, claim, now));
  // Our own row stands in the way where the SDK tried twice because the first answer was lost.
  if (standing === undefined || standing.claimId === claimId) {
    const settle = async (row: Partial<Row> & Pick<Row, 'state'>): Promise<void> => {
      await putUnless(table, settleParams(table.name, onceKey, { claimId, claimedUntil: 0, ...row }, now));
    };
    return {
      kind: 'first',
      keep: (answer) => settle({ state: 'answered', bodyDigest, answer: JSON.stringify(answer) }),
      release: () => settle({ state: 'free' }),
    };
  }
  if (standing.bodyDigest !== bodyDigest) throw new Problem('idempotency-mismatch');
  if (standing.state !== 'answered') throw new Problem('in-progress', { retryAfter: patience });
  const answer = JSON.parse(standing.answer ?? '{}') as KeptAnswer;
  if (answer.body === undefined) throw new Problem('already-issued');
  return { kind: 'replay', answer };
}

/** The row's key is a hash, since a caller may choose a telling key; the scope's parts are ids. */
const rowKey = ({ scope, key }: OnceKey): string =>
  `ONCE#${createHash('sha256').update(`${scope}\n${key}`).digest('base64url')}`;

/** Keyed by the caller's key, which is stored nowhere, so that a short body cannot be guessed from the row. */
const digestBody = ({ key, rawBody }: OnceKey): string =>
  createHmac('sha256', key).update(rawBody).digest('base64url');

const row = (onceKey: OnceKey, values: Row, now: Date): Record<string, unknown> => ({
  pk: rowKey(onceKey),
  sk: 'ONCE',
  ...values,
  ttl: Math.floor(now.getTime() / 1000) + remembered,
});

/** TTL deletes late, so rows past their time count as absent. */
const claimParams = (name: string, onceKey: OnceKey, claim: Row, now: Date): PutCommandInput => ({
  TableName: name,
  Item: row(onceKey, claim, now),
  ConditionExpression:
    'attribute_not_exists(pk) OR #state = :free OR #ttl < :seconds OR (#state = :claimed AND claimedUntil < :now)',
  ExpressionAttributeNames: { '#state': 'state', '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':free': 'free',
    ':claimed': 'claimed',
    ':seconds': Math.floor(now.getTime() / 1000),
    ':now': now.getTime(),
  },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

/** Only the holder of the claim settles it: one that worked beyond its claim leaves its successor's row alone. */
const settleParams = (name: string, onceKey: OnceKey, values: Row, now: Date): PutCommandInput => ({
  TableName: name,
  Item: row(onceKey, values, now),
  ConditionExpression: 'claimId = :claimId',
  ExpressionAttributeValues: { ':claimId': values.claimId },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

/** Puts, or gives the row that stands in the way. */
async function putUnless(table: Table, params: PutCommandInput): Promise<Partial<Row> | undefined> {
  try {
    await table.client.send(new PutCommand(params));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return readRow(error.Item);
  }
}

/** The document client leaves items inside of errors in DynamoDB's own notation. */
function readRow(item: ConditionalCheckFailedException['Item'] = {}): Partial<Row> {
  const standing: Partial<Row> = { state: item['state']?.S === 'answered' ? 'answered' : 'claimed' };
  if (item['claimId']?.S !== undefined) standing.claimId = item['claimId'].S;
  if (item['bodyDigest']?.S !== undefined) standing.bodyDigest = item['bodyDigest'].S;
  if (item['answer']?.S !== undefined) standing.answer = item['answer'].S;
  return standing;
}
