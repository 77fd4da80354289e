import { SESv2Client } from '@aws-sdk/client-sesv2';
import { deadlines, retries } from './deadlines.ts';

export const sesClient = (): SESv2Client => new SESv2Client({ ...retries, requestHandler: deadlines });
