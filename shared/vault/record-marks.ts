import * as z from 'zod';
import { readAhead } from '#shared/aws/read-ahead.ts';
import { partition, queryPages, type Item, type Table } from '#shared/aws/table.ts';

const markedRow = z.object({
  sk: z.string(),
  scope: z.enum(['ordinary', 'retained']),
  heldBy: z.string().optional(),
});
/** What an erasure needs to know of a record: nothing of what it says. */
export type RecordMark = z.output<typeof markedRow> & { readonly dataset: string };
export type MarkPage = {
  readonly marks: readonly RecordMark[];
  /** The sort key that the page reaches to; undefined where it holds nothing. */
  readonly last: string | undefined;
  /** Whether another page follows: a run may stop here. */
  readonly more: boolean;
};

export type MarkRange = {
  /** The sort key to go on behind. */
  readonly after?: string | undefined;
  /** Only tests make pages smaller. */
  readonly pageSize?: number | undefined;
};

/** Some 1 MB of records of 300 bytes: what one Query reads at most, whatever they weigh. */
const rowsAtOnce = 1_500;

/**
 * The records of a profile in the order of their sort keys, page by page, strongly consistent. A page is what one Query
 * reads (1 MB of rows at most, of which only the marks are sent); while one is worked on the next is on its way, so that two
 * are in memory at most.
 */
export async function* markPages(
  records: Table,
  profileId: string,
  { after, pageSize = rowsAtOnce }: MarkRange,
): AsyncGenerator<MarkPage, void> {
  const pk = `P#${profileId}`;
  const pages = queryPages(records, {
    ...partition(pk),
    // `sk` begins with the dataset: what need not travel does not.
    ProjectionExpression: 'sk, #scope, heldBy',
    ExpressionAttributeNames: { '#scope': 'scope' },
    Limit: pageSize,
    ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } }),
  });
  for await (const { items, next } of readAhead(pages)) {
    const marks = items.map(markOf);
    yield { marks, last: marks.at(-1)?.sk, more: next !== undefined };
  }
}

function markOf(item: Item): RecordMark {
  const row = markedRow.parse(item);
  return { ...row, dataset: row.sk.slice(0, row.sk.indexOf('#')) };
}
