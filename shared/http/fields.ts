import * as z from 'zod';

/** Fields that many bodies and answers share. */
export const id = z.uuid().lowercase().meta({ description: 'UUID' });
export const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** A time that a site states, with any offset; kept in UTC, so that one moment has one spelling. */
export const statedInstant = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .meta({ description: 'RFC 3339, with offset' });

/** Public keys (RFC 7517). `typ` lists what a key may sign. */
export const jwks = z
  .strictObject({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.string() })) })
  .meta({ id: 'KeySet' });
