import * as z from 'zod';

/** A binary attribute of an item. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
