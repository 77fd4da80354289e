import { timingSafeEqual } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Key, Table } from '#shared/aws/table.ts';
import type { TransactionItem } from '#shared/aws/transaction.ts';
import { keyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { codeRules, normaliseCode } from './code.ts';

/** Where the code of a request stands. */
export const codeRow = (requestId: string): Key => requestKey(requestId, 'CODE');

/** A code is kept as a MAC bound to its request: 50 bits would fall to a plain hash. */
export const macOfCode = (key: MacKey, requestId: string, code: string): Promise<string> =>
  keyedHash(key, 'code', requestId, code);

/** Keeps a fresh code, and what it is `about`; an earlier one of the same row is void from here on. */
export async function keepCode(
  requests: Table,
  row: Key,
  mac: string,
  now: Date,
  about: Readonly<Record<string, string>> = {},
): Promise<void> {
  const expiresAt = new Date(now.getTime() + codeRules.validMinutes * 60_000).toISOString();
  const kept = { ...about, mac, expiresAt, triesLeft: codeRules.tries };
  await requests.client.send(new PutCommand({ TableName: requests.name, Item: { ...row, ...kept } }));
}

/**
 * Takes one try of the standing code, before anything is compared: one conditional write, so that parallel guesses
 * cannot share a try.
 * @returns the MAC to compare with, or undefined where there is no code, no try left, or its time is over
 */
export async function takeTry(requests: Table, row: Key, now: Date): Promise<string | undefined> {
  try {
    const { Attributes } = await requests.client.send(
      new UpdateCommand({
        TableName: requests.name,
        Key: row,
        UpdateExpression: 'SET triesLeft = triesLeft - :one',
        ConditionExpression: 'triesLeft > :zero AND expiresAt > :now AND attribute_not_exists(usedAt)',
        ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':now': now.toISOString() },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return typeof Attributes?.['mac'] === 'string' ? Attributes['mac'] : undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** The MAC of the standing code where the typed one is it. A try is gone before the comparison, which takes constant time. */
export async function matchCode(
  requests: Table,
  row: Key,
  { code, now }: { code: string; now: Date },
  macOf: (code: string) => Promise<string>,
  normalise = normaliseCode,
): Promise<string | undefined> {
  const kept = await takeTry(requests, row, now);
  const typed = normalise(code);
  if (kept === undefined || typed === undefined) return undefined;
  const mac = await macOf(typed);
  return mac.length === kept.length && timingSafeEqual(Buffer.from(mac), Buffer.from(kept))
    ? kept
    : undefined;
}

/** Uses the code up, in the transaction that proves with it: of two at once one wins. */
export function useCode(requests: Table, row: Key, mac: string, now: Date): TransactionItem {
  return {
    Update: {
      TableName: requests.name,
      Key: row,
      UpdateExpression: 'SET usedAt = :now',
      ConditionExpression: 'mac = :mac AND attribute_not_exists(usedAt)',
      ExpressionAttributeValues: { ':mac': mac, ':now': now.toISOString() },
    },
  };
}
