import * as z from 'zod';

/** Region and city; plain offsets are no time zones, they know no summer time. */
const shape = /^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+){0,2}$/;

function isTimeZone(name: string): boolean {
  try {
    return (
      shape.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}

/** A name of the IANA time zone database, such as `Europe/Berlin`. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'expected a name of the IANA time zone database');
