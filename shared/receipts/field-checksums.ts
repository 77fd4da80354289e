import { createHash } from 'node:crypto';
import { fieldsOf } from './fields.ts';
import { findTakenOut, type TakenOut } from './taken-out.ts';

/** Characters of base64url for each field: 36 bits. */
const width = 6;

/**
 * A short checksum of every field, one after the other in the order of canonical JSON. They protect nothing, the signature
 * does; but a signature says only that something was changed, and with these a verifier can say what.
 */
export const fieldChecksums = (content: object): string =>
  fieldsOf(content)
    .map(({ path, value }) => checksumOf(path, value))
    .join('');

const checksumOf = (path: string, value: unknown): string =>
  createHash('sha256')
    .update(`${path}=${JSON.stringify(value)}`, 'utf8')
    .digest('base64url')
    .slice(0, width);

export type Changes = {
  /** Paths of the fields whose checksum is not among the given ones; `checksums` where these are too few. */
  readonly changed: readonly string[];
  readonly takenOut: readonly TakenOut[];
  /** Whether more fields have a checksum than are there, and no entry of a list is known to be gone. */
  readonly hasFewer: boolean;
};

/** What was changed in a content, by the checksums that it had when they were made. */
export function findChanges(content: object, checksums: string): Changes {
  const given = new Set(checksums.match(new RegExp(`.{1,${width}}`, 'g')));
  const hadField = (path: string, value: unknown): boolean => given.has(checksumOf(path, value));
  const fields = fieldsOf(content);
  const surplus = checksums.length - fields.length * width;
  // Where nothing can be missing nothing is looked for: a checksum is short, and another field may have the same.
  const { takenOut, pathThen } = findTakenOut(content, surplus > 0 ? hadField : () => false);
  const changed = fields
    .filter(({ path, value }) => !hadField(pathThen(path), value))
    .map(({ path }) => path);
  return {
    changed: surplus < 0 ? [...changed, 'checksums'] : changed,
    takenOut,
    hasFewer: surplus > 0 && takenOut.length === 0,
  };
}
