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
 */
export async function nameIdentifiers(
  { directory, requests }: { directory: Table; requests: Table },
  requestId: string,
  profileId: string,
): Promise<void> {
  for await (const page of identifierPages(directory, profileId)) {
    const puts = page.map(({ kind, hash }) => ({
      Put: {
        TableName: requests.name,
        Item: { pk: `R#${requestId}`, sk: `${prefixOf(profileId)}${kind}#${hash}`, profileId, kind, hash },
      },
    }));
    for (let start = 0; start < puts.length; start += atOnce)
      await transact(requests.client, puts.slice(start, start + atOnce));
  }
}

export async function* namedPages(
  requests: Table,
  requestId: string,
  profileId: string,
): AsyncGenerator<NamedIdentifier[], void> {
  for await (const { items } of queryPages(requests, partition(`R#${requestId}`, prefixOf(profileId))))
    yield items.map((item) => named.parse(item));
}
