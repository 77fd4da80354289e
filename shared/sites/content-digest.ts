import { createHash, timingSafeEqual } from 'node:crypto';
import { parseDictionary } from 'structured-headers';

/**
 * Whether a Content-Digest field (RFC 9530) holds the sha-256 of these bytes, and nothing else: one dictionary member
 * `sha-256`, a byte sequence without parameters.
 */
export function matchesContentDigest(field: string, body: Uint8Array): boolean {
  const stated = readSha256(field);
  return stated?.length === 32 && timingSafeEqual(stated, createHash('sha256').update(body).digest());
}

function readSha256(field: string): Uint8Array | undefined {
  try {
    const members = parseDictionary(field);
    const member = members.get('sha-256');
    if (members.size !== 1 || !member || !(member[0] instanceof ArrayBuffer) || member[1].size > 0)
      return undefined;
    return new Uint8Array(member[0]);
  } catch {
    return undefined;
  }
}
