import { SFNClient } from '@aws-sdk/client-sfn';
import { deadlines, retries } from './deadlines.ts';

/** `disableHostPrefix`: the service's `sync-` host prefix has no place on a loopback address. */
export const sfnClient = (): SFNClient =>
  new SFNClient({ ...retries, requestHandler: deadlines, disableHostPrefix: true });
