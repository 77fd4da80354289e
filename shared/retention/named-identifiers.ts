import { createHash, type Hash } from 'node:crypto';
import * as z from 'zod';
import { partition, queryPages, type Table } from '#shared/aws/table.ts';
import { transact } from '#shared/aws/transaction.ts';
import { identifierPages } from '#shared/profiles/identifier-store.ts';
import { identifierKinds, type IdentifierKind } from '#shared/profiles/normalise.ts';

const named = z.object({ kind: z.enum(identifierKinds), hash: z.string() });
export type NamedIdentifier = { readonly kind: IdentifierKind; readonly hash: string };

const prefixOf = (profileId: string): string => `NAMED#vault#${profileId}#`;
/** What one transaction takes. */
const atOnce = 100;

/**
 * Notes in the request under which identifiers a profile stands in the index, as rows, since a site may have changed them
 * without end: the rows that say so are deleted, and the scan must know where to look. Keyed hashes only.
 * @returns the digest over all of them, which goes into the count: an overwritten row is noticed by it
 */
export async function nameIdentifiers(
  { directory, requests }: { directory: Table; requests: Table },
  requestId: string,
  profileId: string,
): Promise<string> {
  const digest = createHash('sha256');
  for await (const page of identifierPages(directory, profileId)) {
    for (const one of page) addNamed(digest, one);
    const puts = page.map(({ kind, hash }) => ({
      Put: {
        TableName: requests.name,
        Item: { pk: `R#${requestId}`, sk: `${prefixOf(profileId)}${kind}#${hash}`, profileId, kind, hash },
      },
    }));
    for (let start = 0; start < puts.length; start += atOnce)
      await transact(requests.client, puts.slice(start, start + atOnce));
  }
  return digest.digest('base64url');
}

/** In the order of their keys, which is the same in both tables. */
export const addNamed = (digest: Hash, { kind, hash }: NamedIdentifier): Hash =>
  digest.update(`${kind}#${hash}\n`, 'utf8');

export async function* namedPages(
  requests: Table,
  requestId: string,
  profileId: string,
): AsyncGenerator<NamedIdentifier[], void> {
  for await (const { items } of queryPages(requests, partition(`R#${requestId}`, prefixOf(profileId))))
    yield items.map((item) => named.parse(item));
}
