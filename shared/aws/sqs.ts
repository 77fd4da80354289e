import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, retries } from './deadlines.ts';

export const sqsClient = (): SQSClient =>
  new SQSClient({ ...retries, requestHandler: deadlines, useQueueUrlAsEndpoint: false });
