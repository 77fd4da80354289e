import { LambdaClient } from '@aws-sdk/client-lambda';
import { deadlines, retries } from './deadlines.ts';

export const lambdaClient = (): LambdaClient => new LambdaClient({ ...retries, requestHandler: deadlines });
