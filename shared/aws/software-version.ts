import * as z from 'zod';

/** `0.1.0`, or with the commit that was deployed, `0.1.0+9e364732a1bc`. Receipts take no other. */
export const softwareVersion = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(?:\+[0-9a-f]{7,40})?$/);
