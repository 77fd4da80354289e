import { domainToASCII } from 'node:url';

/** Identifiers by which a person is found. E-mail and phone are global; a user name means something at its site only. */
export const identifierKinds = ['email', 'phone', 'username'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

// One plain addr-spec (RFC 5322 dot-atom, letters beyond ASCII as RFC 6531 allows them): no comment, no quoting, no list.
const localPart = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * The one form in which an identifier is hashed and written to, or undefined where it is none. E-mail: trimmed, NFC,
 * domain as lower-case A-label, ASCII letters of the local part lowered; nothing else is folded, so that look-alikes and
 * sub-addresses stay other addresses (A28). Phone: strict E.164, never guessed from a national form.
 */
export function normaliseIdentifier(kind: IdentifierKind, value: string): string | undefined {
  const trimmed = value.trim().normalize('NFC');
  if (kind === 'email') return normaliseEmail(trimmed);
  if (kind === 'phone') return e164.test(trimmed) ? trimmed : undefined;
  return trimmed.length > 0 && trimmed.length <= 128 && !/[\p{Cc}\p{Cs}]/u.test(trimmed)
    ? trimmed
    : undefined;
}

function normaliseEmail(value: string): string | undefined {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, Math.max(at, 0)).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const typedDomain = value.slice(at + 1);
  if (/[\s%/\\:@?#]/.test(typedDomain)) return undefined;
  const domain = domainToASCII(typedDomain).toLowerCase();
  const fits = Buffer.byteLength(local) <= 64 && localPart.test(local) && domainName.test(domain);
  return fits ? `${local}@${domain}` : undefined;
}
