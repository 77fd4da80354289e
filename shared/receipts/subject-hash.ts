import { createHash } from 'node:crypto';
import { identifierKinds, normaliseIdentifier, type IdentifierKind } from '#shared/profiles/normalise.ts';

/** By what a person was known: an identifier, or a site's own id for its user where that was all. */
export type SubjectKind = IdentifierKind | 'user-id';
const subjectKinds: readonly SubjectKind[] = [...identifierKinds, 'user-id'];

const saltBytes = 32;
const saltForm = /^[A-Za-z0-9_-]{43}$/;

/** The salt of one receipt, from 32 random bytes. It is given to the person and to nobody else. */
export function writeSalt(random: Uint8Array): string {
  if (random.length !== saltBytes) throw new RangeError(`a salt is made of ${saltBytes} bytes`);
  return Buffer.from(random).toString('base64url');
}

export const isSalt = (text: string): boolean => saltForm.test(text);

/**
 * SHA-256, base64url, over salt, kind and normalised identifier with NUL between them. Without the salt nobody can try
 * addresses against a receipt; with it the person can show that a receipt is theirs.
 */
export const subjectHash = (salt: string, kind: SubjectKind, identifier: string): string =>
  createHash('sha256').update([salt, kind, identifier].join('\0'), 'utf8').digest('base64url');

/** Whether a hash is of this identifier, as somebody typed it, as any kind that it can be read as. */
export const isSubject = (hash: string, salt: string, typed: string): boolean =>
  subjectKinds.some((kind) => {
    const identifier = kind === 'user-id' ? typed : normaliseIdentifier(kind, typed);
    return identifier !== undefined && subjectHash(salt, kind, identifier) === hash;
  });
