import { createHash } from 'node:crypto';

/** Bytes of randomness in a code: 160 bits, so that its plain hash can stand in the table. */
export const codeBytes = 20;
/** Milliseconds. */
export const codeLife = 24 * 60 * 60 * 1000;

/** Crockford's base32: without I, L, O, U, so that codes survive being read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Writes 20 random bytes as 32 characters in four groups: `XXXXXXXX-XXXXXXXX-XXXXXXXX-XXXXXXXX`. */
export function writeEnrolmentCode(random: Uint8Array): string {
  const bits = Array.from(random, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(parseInt(five, 2))).join('');
  return (letters.match(/.{8}/g) ?? []).join('-');
}

/** The hash under which a code is kept; however it was typed: case, groups, and O, I, L for the digits they look like. */
export function hashEnrolmentCode(code: string): string {
  const typed = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return createHash('sha256').update(typed).digest('base64url');
}
