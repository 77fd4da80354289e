import * as z from 'zod';
import { attemptInput } from '../attempt.ts';

/** The step of an erasure, or the key of one request whose time is over. */
export const destroyKeysInput = z.union([
  attemptInput,
  z.strictObject({ kind: z.literal('request'), requestId: z.uuid() }),
]);
export const requestKeyOutput = z.strictObject({ destroyed: z.boolean() });
