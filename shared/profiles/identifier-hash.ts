import { keyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import type { IdentifierKind } from './normalise.ts';

/** Version of the index key: a new key gets a new number, so that hashes of both can stand side by side. */
const version = 'v1';

/** Keyed hash of a normalised identifier. A user name is hashed with its site, so that sites cannot be joined by it. */
export const hashIdentifier = (
  index: MacKey,
  kind: IdentifierKind,
  normalised: string,
  siteId: string,
): Promise<string> =>
  keyedHash(index, 'identifier', version, kind, kind === 'username' ? siteId : '', normalised);

/** Keyed hash of a site's own id for a user: says nothing at another site (A35). */
export const hashUserId = (index: MacKey, siteId: string, userId: string): Promise<string> =>
  keyedHash(index, 'user-id', version, siteId, userId);

/** Partition of the index in which everything about one identifier stands. */
export const indexPartition = (kind: IdentifierKind, hash: string): string => `I#${version}#${kind}#${hash}`;
