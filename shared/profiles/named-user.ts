import * as z from 'zod';
import { statedInstant } from '#shared/http/fields.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import type { NamedIdentifier } from './identifier-changes.ts';
import { hashIdentifier } from './identifier-hash.ts';
import { normaliseIdentifier, type IdentifierKind } from './normalise.ts';

/** An id that a site gave: no control character, since a keyed hash takes no NUL, and no half of a character. */
export const opaqueId = z
  .string()
  .min(1)
  .max(128)
  .refine((id) => !/[\p{Cc}\p{Cs}]/u.test(id), 'holds a control character');
/** Reads an identifier into its normal form; what is none is an error that does not quote it. */
const normalise =
  (kind: IdentifierKind) =>
  (value: string, context: z.RefinementCtx): string => {
    const normalised = normaliseIdentifier(kind, value);
    if (normalised !== undefined) return normalised;
    context.addIssue({ code: 'custom', message: `not a plain ${kind} identifier` });
    return z.NEVER;
  };
const stated = (kind: IdentifierKind) =>
  z.strictObject({ value: z.string().max(320).transform(normalise(kind)), verified: z.boolean() });

/** A site's user as its calls name them. The site says per identifier whether it verified it. */
export const siteUserStatement = z
  .strictObject({
    id: opaqueId.meta({ description: 'The site’s own id of the user, opaque to us' }),
    registeredAt: statedInstant.meta({
      description: 'When this account was made: with another time it is another account',
    }),
    email: stated('email').optional(),
    phone: stated('phone').optional(),
    username: z.string().min(1).max(128).transform(normalise('username')).optional(),
  })
  .meta({ id: 'SiteUser' });
export type SiteUserStatement = z.output<typeof siteUserStatement>;

/** With a refused consent, and in queries, a user is named by id alone. */
export const userIdStatement = z.strictObject({ id: opaqueId }).meta({ id: 'SiteUserId' });

/** One identifier of a call: normalised for the ciphertext, hashed for everything else. */
export type HashedIdentifier = NamedIdentifier & { readonly value: string };

/** The identifiers of a user statement with their keyed hashes. A user name is verified by the site's own login. */
export async function hashUserIdentifiers(
  index: MacKey,
  siteId: string,
  { email, phone, username }: SiteUserStatement,
): Promise<HashedIdentifier[]> {
  const named: { kind: IdentifierKind; value: string; verified: boolean }[] = [
    ...(email ? [{ kind: 'email' as const, ...email }] : []),
    ...(phone ? [{ kind: 'phone' as const, ...phone }] : []),
    ...(username === undefined ? [] : [{ kind: 'username' as const, value: username, verified: true }]),
  ];
  return Promise.all(
    named.map(async (one) => ({ ...one, hash: await hashIdentifier(index, one.kind, one.value, siteId) })),
  );
}
