import { createHash } from 'node:crypto';

/** Characters of base64url for each field: 36 bits. */
const width = 6;

/**
 * A short checksum of every field, one after the other in the order of canonical JSON. They protect nothing, the signature
 * does; but a signature says only that something was changed, and with these a verifier can say what.
 */
export const fieldChecksums = (content: object): string =>
  fieldsOf(content)
    .map(({ checksum }) => checksum)
    .join('');

/** Paths of the fields whose checksum is not among the given ones; `checksums` where these are fewer or more. */
export function findChangedFields(content: object, checksums: string): string[] {
  const fields = fieldsOf(content);
  const given = new Set(checksums.match(new RegExp(`.{1,${width}}`, 'g')));
  const changed = fields.filter(({ checksum }) => !given.has(checksum)).map(({ path }) => path);
  return checksums.length === fields.length * width ? changed : [...changed, 'checksums'];
}

type Field = { readonly path: string; readonly checksum: string };

/** Leaves of a JSON value: numbers, strings, and empty lists, by path. */
function fieldsOf(value: unknown, path = ''): Field[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) {
    const hash = createHash('sha256').update(`${path}=${JSON.stringify(value)}`, 'utf8');
    return [{ path, checksum: hash.digest('base64url').slice(0, width) }];
  }
  const entries = Array.isArray(value) ? inner : inner.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries
    .filter(([, one]) => one !== undefined)
    .flatMap(([key, one]) => fieldsOf(one, path === '' ? key : `${path}.${key}`));
}
