import { createHash } from 'node:crypto';
import type { Account, Row } from './account.ts';

/** SHA-256 of every row, by table and key. */
export type RowDigests = ReadonlyMap<string, string>;

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('base64url');

/** The records and keys of every profile but these, as they lie there now. */
export async function digestOthers(account: Account, own: ReadonlySet<string>): Promise<RowDigests> {
  const digests = new Map<string, string>();
  for (const table of ['records', 'keys'])
    for (const row of await account.rowsOf(table))
      if (row.pk.startsWith('P#') && !own.has(row.pk))
        digests.set(`${table} ${row.pk} ${row.sk}`, digestOf(row));
  return digests;
}

const digestOf = (row: Row): string =>
  sha256(
    JSON.stringify(
      Object.entries(row)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, value instanceof Uint8Array ? sha256(value) : value]),
    ),
  );

/** Rows that went, came or are others now. */
export function changesBetween(before: RowDigests, after: RowDigests): string[] {
  const went = [...before].filter(([key]) => !after.has(key)).map(([key]) => `${key}: gone`);
  const came = [...after].filter(([key]) => !before.has(key)).map(([key]) => `${key}: new`);
  const changed = [...before]
    .filter(([key, digest]) => after.has(key) && after.get(key) !== digest)
    .map(([key]) => `${key}: changed`);
  return [...went, ...came, ...changed];
}
