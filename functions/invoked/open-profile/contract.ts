import * as z from 'zod';

export const openProfileInput = z.strictObject({
  siteId: z.uuid(),
  controllerId: z.uuid(),
  userHash: z.string(),
  registeredAt: z.string(),
  /** The erased profile that this account had before. */
  replaces: z.uuid().optional(),
});
export const openProfileOutput = z.strictObject({ profileId: z.uuid() });
