import type { DatasetName } from '#shared/data-map/data-map.ts';

/** Why something was left out, and the article of the GDPR that allows or demands it. Each has a text in `texts.ts`. */
export const redactionArticles = {
  /** A password, an answer, a key: kept as a hash and withheld; that it is set is said. */
  secret: '32(1)',
  'not-provided-by-subject': '20(1)',
  'basis-not-portable': '20(1)(a)',
  /** Older than the link of the identifier that was proven (A4). */
  'identifier-linked-recently': '12(6)',
  'rights-of-others': '15(4), 20(4)',
  /** A field that the present data map does not know, so that nobody has said what it may contain. */
  'not-in-data-map': '32(1)',
} as const;
export type RedactionReason = keyof typeof redactionArticles;

/** So many records (or fields of records) of one kind were left out for one reason. */
export type Redaction = {
  readonly controllerId?: string;
  readonly dataset: DatasetName;
  readonly field?: string;
  readonly reason: RedactionReason;
  readonly article: string;
  readonly count: number;
};

/** One more redaction of a reason, with its article. */
export function redaction(
  dataset: DatasetName,
  reason: RedactionReason,
  details: { field?: string; controllerId?: string; count?: number } = {},
): Redaction {
  return { dataset, reason, article: redactionArticles[reason], count: 1, ...details };
}

/**
 * Adds redactions up: one row for each controller, dataset, field and reason, in a fixed order, so that the list stays
 * short however many records there are.
 */
export function sumRedactions(redactions: Iterable<Redaction>): Redaction[] {
  const rows = new Map<string, Redaction>();
  for (const one of redactions) {
    const key = JSON.stringify([one.controllerId ?? '', one.dataset, one.field ?? '', one.reason]);
    const { controllerId, dataset, field, reason, article } = one;
    rows.set(key, {
      ...(controllerId !== undefined && { controllerId }),
      dataset,
      ...(field !== undefined && { field }),
      reason,
      article,
      count: one.count + (rows.get(key)?.count ?? 0),
    });
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
