import { isIP } from 'node:net';
import * as z from 'zod';
import { isCleanText } from './clean-text.ts';
import type { Field, FieldKind } from './field.ts';

const shortText = 200;
const longText = 20_000;
const mostTerms = 100;
/** RFC 5321 4.5.3.1: 256 octets of path, less the brackets. */
const longestAddress = 254;

/** One plain addr-spec (A28): dot-atom, `@`, a domain of labels, which may be written in any script. */
const addressPattern =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])$/u;
const longestLocalPart = 64;

const expected = (message: string) => ({ error: message });

const text = (most: number) =>
  z
    .string()
    .min(1, expected('must not be empty: leave the field out'))
    .max(most)
    .refine(isCleanText, expected('control characters other than tab and line break are not accepted'));

const term = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, expected('a word of letters, digits, dot, dash or underscore'));

const email = z
  .string()
  .max(longestAddress)
  .refine(
    (value) => addressPattern.test(value) && value.indexOf('@') <= longestLocalPart,
    expected('an e-mail address is expected'),
  )
  .meta({ format: 'idn-email' });

const phone = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/, expected('a phone number in E.164 form is expected, as +4930123456'));

const dateTime = z.iso.datetime({ offset: true, ...expected('a date-time of RFC 3339 is expected') });

const plain: Readonly<Record<Exclude<FieldKind, 'text' | 'long-text' | 'choice'>, z.ZodType>> = {
  term,
  terms: z.array(term).max(mostTerms),
  email,
  phone,
  contact: z.union([phone, email], expected('an e-mail address or a phone number in E.164 form is expected')),
  'web-address': z
    .string()
    .max(2048)
    .regex(/^https?:\/\/[^\s<>"\\^`{|}]+$/i, expected('an address that starts with https:// or http://'))
    .refine(isCleanText, expected('control characters are not accepted'))
    .meta({ format: 'iri' }),
  'language-tag': z
    .string()
    .max(35)
    .regex(
      /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/,
      expected('a language tag is expected, as de or de_DE'),
    ),
  // Node's reading, which knows the mapped form (::ffff:192.0.2.1) that servers log; a zone (%eth0) says nothing here.
  ip: z
    .string()
    .refine((value) => isIP(value) !== 0 && !value.includes('%'), expected('an IP address is expected'))
    .meta({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }),
  'date-time': dateTime,
  date: z.union([z.iso.date(), dateTime], expected('a date or a date-time of RFC 3339 is expected')),
  'whole-number': z.int().min(0),
  'yes-no': z.boolean(),
  amount: z
    .string()
    .regex(/^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?$/, expected('a decimal amount is expected, as 49.00')),
  currency: z.string().regex(/^[A-Z]{3}$/, expected('a currency code of ISO 4217 is expected')),
  digest: z.string().regex(/^[A-Za-z0-9+/=:_-]{16,200}$/, expected('a digest is expected')),
  // Crypt and PHC strings, WordPress and Drupal forms included; a password in plain text must not get in as a "hash".
  hash: z
    .string()
    .max(512)
    .regex(
      /^(?:\$[A-Za-z0-9-]{1,32}\$|(?:scrypt|pbkdf2|bcrypt|argon2)[A-Za-z0-9_-]*[:$])[\x21-\x7e]{16,}$/,
      expected('a salted hash is expected, as $2y$10$... or $argon2id$...'),
    ),
};

/** The schema of one value as it comes in and is stored. Its messages say what is expected, never what was sent. */
export function fieldSchema(field: Field): z.ZodType {
  if (field.kind === 'text') return text(field.maxLength ?? shortText);
  if (field.kind === 'long-text') return text(field.maxLength ?? longText);
  if (field.kind === 'choice') return z.enum(field.choices ?? ['']);
  return plain[field.kind];
}
