import { KMSClient } from '@aws-sdk/client-kms';
import { deadlines, retries } from './deadlines.ts';

export const kmsClient = (): KMSClient => new KMSClient({ ...retries, requestHandler: deadlines });
