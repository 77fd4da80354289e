import { createHash, timingSafeEqual } from 'node:crypto';

/** How a 256-bit random secret is kept: a plain hash is enough, since nobody can try 2^256 values. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('base64url');

/** Whether a secret is the one behind a hash, in constant time. */
export function isSecret(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}
