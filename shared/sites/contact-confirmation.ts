import { createHash } from 'node:crypto';
import * as z from 'zod';
import { languages } from '#shared/messages/texts.ts';

/** How often a controller's contact is written to, and how long it stands behind a key that is not added yet. */
export const confirmationRules = {
  perHour: { name: 'contact-codes-hour', limit: 3, windowSeconds: 3_600 },
  perDay: { name: 'contact-codes-day', limit: 10, windowSeconds: 86_400 },
  heldMinutes: 30,
} as const;

export const confirmationRow = z.object({
  confirmationId: z.string(),
  /** The one key that the contact is asked about: raw 32 bytes in base64. */
  publicKey: z.string(),
  language: z.enum(languages),
  askedAt: z.string(),
  confirmedAt: z.string().optional(),
  /** When the key was added: a confirmation is good for one key, once. */
  usedAt: z.string().optional(),
});
/**
 * Whether a controller's contact stands behind a key that may give orders (A10). It is bound to that key, so that whoever
 * stole the site's other key cannot slip his own in while the contact confirms.
 */
export type ContactConfirmation = z.output<typeof confirmationRow>;

/** Until when the key can be added. */
export const heldUntil = (confirmedAt: string): string =>
  new Date(Date.parse(confirmedAt) + confirmationRules.heldMinutes * 60_000).toISOString();

/** When the contact confirmed this key, or undefined where it does not stand behind it now. */
export function confirmedAtOf(
  confirmation: ContactConfirmation | undefined,
  publicKey: string,
  now: Date,
): string | undefined {
  if (confirmation?.publicKey !== publicKey || confirmation.usedAt !== undefined) return undefined;
  const { confirmedAt } = confirmation;
  return confirmedAt !== undefined && heldUntil(confirmedAt) > now.toISOString() ? confirmedAt : undefined;
}

/**
 * What people compare a public key by, in the mail and where the key was made: the first 128 bits of the SHA-256 of its 32
 * bytes, in hexadecimal groups of four.
 */
export function fingerprintOf(publicKey: string): string {
  const hex = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 32);
  return (hex.match(/.{4}/g) ?? []).join(' ');
}
