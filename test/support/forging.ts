/** What a function that may write the rows of requests can do, and has no other power. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { requestKey } from '#shared/requests/request-record.ts';
import type { World } from './vault-world.ts';

/** Sets one attribute of a row of a request, whatever it was. */
export const setIn = (
  { requests }: Pick<World, 'requests'>,
  requestId: string,
  sk: string,
  { name, value }: { name: string; value: unknown },
) =>
  requests.client.send(
    new UpdateCommand({
      ...{ TableName: requests.name, Key: requestKey(requestId, sk) },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
