import * as z from 'zod';
import { partition, queryPages, type Table } from '#shared/aws/table.ts';

const row = z.object({ requestId: z.string() });

/** The requests that ever covered a profile: what they staged or bundled holds data of it (A8). Page by page. */
export async function* coveringRequests(directory: Table, profileId: string): AsyncGenerator<string[], void> {
  for await (const { items } of queryPages(directory, partition(`P#${profileId}`, 'REQ#')))
    yield items.map((item) => row.parse(item).requestId);
}

/** Where everything of a request lies, in staging and among bundles. */
export const objectPrefix = (requestId: string): string => `${requestId}/`;
