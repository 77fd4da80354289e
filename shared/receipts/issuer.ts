import * as z from 'zod';
import { keysPath } from '#shared/signing/keys-path.ts';

/** What an organisation calls itself: the only text in a receipt. */
export const organisationName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u);

const host = String.raw`[a-z0-9][a-z0-9.-]{0,251}[a-z0-9]`;
/** TLS, but on the machine itself; nothing after the path, so that there is no room for more than a host (A18). */
const keysUrl = new RegExp(
  String.raw`^(?:https://${host}|http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d{1,5})?${keysPath}$`,
);

/**
 * Who issued a receipt, and where that issuer publishes its keys. Both are what the receipt itself says: a forger writes
 * them as well, and a verifier takes the keys from elsewhere.
 */
export const issuer = z.strictObject({ name: organisationName, keys: z.string().regex(keysUrl) });
export type Issuer = z.output<typeof issuer>;

/** @param publicOrigin scheme, host and port under which the API is called */
export const issuerOf = (name: string, publicOrigin: string): Issuer => ({
  name,
  keys: new URL(keysPath, publicOrigin).href,
});
