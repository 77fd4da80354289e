import * as z from 'zod';

/** What every step of a workflow is told: whose work, and in which attempt. Ids and counts only. */
export const attemptInput = z.object({ requestId: z.uuid(), attempt: z.number().int().positive() });
