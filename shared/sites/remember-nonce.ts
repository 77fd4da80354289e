import { createHash, randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/table.ts';

export type Nonce = {
  readonly keyId: string;
  readonly nonce: string;
  /** Seconds since the epoch; TTL may delete the row after it, for the signature is dead then. */
  readonly deadSince: number;
};

/** Remembers a nonce of a key, in one conditional put. @returns false when it was there before: a replay */
export async function rememberNonce(ephemeral: Table, nonce: Nonce): Promise<boolean> {
  const writer = randomUUID();
  try {
    await ephemeral.client.send(new PutCommand(nonceParams(ephemeral.name, nonce, writer)));
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // When the answer to the first try was lost, the SDK's second try meets our own row.
    return error.Item?.['writer']?.S === writer;
  }
}

/** The put behind `rememberNonce`. */
export const nonceParams = (
  tableName: string,
  { keyId, nonce, deadSince }: Nonce,
  writer: string,
): PutCommandInput => ({
  TableName: tableName,
  Item: {
    pk: `NONCE#${keyId}#${createHash('sha256').update(nonce).digest('base64url')}`,
    sk: 'NONCE',
    writer,
    ttl: deadSince + 1,
  },
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});
