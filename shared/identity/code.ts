/** Crockford's base32: no I, L, O, U, so that nothing is misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 10;

/** How long a code is valid, how often it may be tried, and how many are sent to one identifier (design: section 7). */
export const codeRules = {
  validMinutes: 10,
  tries: 5,
  perHour: { name: 'codes-hour', limit: 3, windowSeconds: 3_600 },
  perDay: { name: 'codes-day', limit: 10, windowSeconds: 86_400 },
  /** Second identifiers that one request may name. */
  namedPerDay: { name: 'second-identifiers', limit: 10, windowSeconds: 86_400 },
} as const;

/** A code of 50 random bits, `XXXXX-XXXXX`. `randomInt(n)` gives an unbiased number below n from a CSPRNG. */
export function makeCode(randomInt: (max: number) => number): string {
  const letters = Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return `${letters.slice(0, length / 2)}-${letters.slice(length / 2)}`;
}

/** The code as it was made, from what a person typed: case, spaces and hyphens do not matter, O is 0, I and L are 1. */
export function normaliseCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const isCode = /^[0-9A-HJKMNP-TV-Z]{10}$/.test(letters);
  return isCode ? `${letters.slice(0, length / 2)}-${letters.slice(length / 2)}` : undefined;
}

const digits = 8;
/** A code for a text message: 8 random digits. Shorter than that of a mail, and never enough alone. */
export const makeDigits = (randomInt: (max: number) => number): string =>
  String(randomInt(10 ** digits)).padStart(digits, '0');

/** The digits that a person typed, spaces and hyphens aside; undefined where it is no code of a text message. */
export function normaliseDigits(typed: string): string | undefined {
  const text = typed.replace(/[\s-]/g, '');
  return /^[0-9]{8}$/.test(text) ? text : undefined;
}
