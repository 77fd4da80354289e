import * as z from 'zod';

export const openProfileInput = z.strictObject({
  siteId: z.uuid(),
  controllerId: z.uuid(),
  userHash: z.string(),
  registeredAt: z.string(),
});
export const openProfileOutput = z.strictObject({ profileId: z.uuid() });
