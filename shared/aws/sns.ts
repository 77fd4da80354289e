import { SNSClient } from '@aws-sdk/client-sns';
import { deadlines, retries } from './deadlines.ts';

export const snsClient = (): SNSClient => new SNSClient({ ...retries, requestHandler: deadlines });
