import * as z from 'zod';
import { roundInput } from '../through-tasks.ts';

/** A round of the step of an erasure, or the tombstone of one profile whose time is over. */
export const eraseRowsInput = z.union([
  roundInput,
  z.strictObject({ kind: z.literal('tombstone'), profileId: z.uuid() }),
]);
export const tombstoneOutput = z.strictObject({ expired: z.boolean() });
