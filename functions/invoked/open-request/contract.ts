import * as z from 'zod';

export const openRequestInput = z.strictObject({ requestId: z.uuid() });
export const openRequestOutput = z.strictObject({ requestId: z.uuid() });
