import * as z from 'zod';

export const verifyInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('code'),
    requestId: z.uuid(),
    code: z.string(),
    browserSecret: z.string(),
  }),
  z.strictObject({ kind: z.literal('session'), requestId: z.uuid() }),
]);
export const verifyOutput = z.discriminatedUnion('proven', [
  z.strictObject({ proven: z.literal(false) }),
  z.strictObject({
    proven: z.literal(true),
    level: z.number(),
    token: z.string().optional(),
    expiresAt: z.string().optional(),
  }),
]);
