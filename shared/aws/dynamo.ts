import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { deadlines, retries } from './deadlines.ts';

/** One client per process: it holds the connections. Undefined attributes are left out, never stored as NULL. */
export const dynamoClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...retries, requestHandler: deadlines }), {
    marshallOptions: { removeUndefinedValues: true },
  });
