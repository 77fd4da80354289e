import * as z from 'zod';

/** A row of `ledger` but for its keys: an event, nothing more and nothing less. */
export const eventRow = z.strictObject({
  requestId: z.string(),
  seq: z.int(),
  type: z.string(),
  at: z.string(),
  actor: z.enum(['subject', 'site', 'system', 'operator']),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  effectId: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});
/** Eight digits sort as numbers do. */
export const sortKeyOf = (seq: number): string => String(seq).padStart(8, '0');
