import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { getItem, type Table } from '#shared/aws/table.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';

/** Thrown when a count is not what its counter wrote: no key goes, nothing is signed on it (A6, A17). */
export class CountForged extends Error {
  override readonly name = 'CountForged';
}

/** The request that erases, and the profile that is counted. */
export type Whose = { readonly requestId: string; readonly profileId: string };
type Name = 'FOUND' | 'ERASED' | 'SCAN';

type CountStore<Row> = {
  /** @throws CountForged where the counter, whose key this is, did not write the row */
  readonly read: (requests: Table, key: MacKey, whose: Whose) => Promise<Row | undefined>;
  /**
   * Writes what was counted over what was read (`undefined`: nothing).
   * @returns the row as it now stands, or undefined where another run has counted meanwhile
   */
  readonly write: (
    requests: Table,
    key: MacKey,
    whose: Whose,
    next: Omit<Row, 'version'>,
    standing: Row | undefined,
  ) => Promise<Row | undefined>;
};

const signed = z.object({ mac: z.string() });

/** Rows of one counter, each with a MAC over all that it says, and of whom: one copied from elsewhere is none. */
export function countStore<Row extends { version: number }>(
  name: Name,
  schema: z.ZodType<Row>,
): CountStore<Row> {
  const keyOf = ({ requestId, profileId }: Whose) => ({
    pk: `R#${requestId}`,
    sk: `${name}#vault#${profileId}`,
  });
  return {
    read: async (requests, key, whose) => {
      const item = await getItem(requests, keyOf(whose));
      if (item === undefined) return undefined;
      const row = schema.safeParse(item);
      const mac = signed.safeParse(item);
      const holds =
        row.success &&
        mac.success &&
        (await verifyKeyedHash(key, mac.data.mac, ...fieldsOf(name, whose, row.data)));
      if (!holds)
        throw new CountForged(`${name} of profile ${whose.profileId} in request ${whose.requestId}`);
      return row.data;
    },
    write: async (requests, key, whose, next, standing) => {
      const row = schema.parse({ ...next, version: (standing?.version ?? 0) + 1 });
      const mac = await keyedHash(key, ...fieldsOf(name, whose, row));
      const put = new PutCommand({
        TableName: requests.name,
        Item: { ...keyOf(whose), profileId: whose.profileId, ...row, mac },
        ...conditionOn(standing?.version),
      });
      try {
        await requests.client.send(put);
        return row;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}

/** What is counted can be more than KMS takes, its digest is not. */
function fieldsOf(name: Name, { requestId, profileId }: Whose, row: object): string[] {
  const digest = createHash('sha256')
    .update(canonicalize(row) ?? '', 'utf8')
    .digest('base64url');
  return ['count', name, requestId, profileId, digest];
}

const conditionOn = (read: number | undefined) =>
  read === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :read',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':read': read },
      };
