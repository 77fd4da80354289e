import * as z from 'zod';
import { publicKeyText } from '#shared/sites/site-keys.ts';

const contactInput = z.strictObject({
  kind: z.literal('contact'),
  siteId: z.uuid(),
  confirmationId: z.uuid(),
  publicKey: publicKeyText,
  code: z.string(),
});
export type ContactInput = z.input<typeof contactInput>;
/** Answer to the input of kind `contact`: no proof of anybody's identity, but whether a site's contact has the code. */
export const contactOutput = z.strictObject({ confirmed: z.boolean() });

export const verifyInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('code'),
    requestId: z.uuid(),
    code: z.string(),
    browserSecret: z.string(),
  }),
  z.strictObject({ kind: z.literal('session'), requestId: z.uuid() }),
  z.strictObject({ kind: z.literal('order'), requestId: z.uuid() }),
  contactInput,
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
