import * as z from 'zod';

export const releaseInput = z.strictObject({ requestId: z.uuid(), number: z.number().int().min(1) });
export const releaseOutput = z.discriminatedUnion('released', [
  z.strictObject({
    released: z.literal(false),
    reason: z.enum(['not-ready', 'nothing-to-give', 'gone', 'links-used-up']),
  }),
  z.strictObject({ released: z.literal(true), url: z.url(), expiresAt: z.string(), linksLeft: z.number() }),
]);
