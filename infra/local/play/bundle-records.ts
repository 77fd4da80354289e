import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { parseJson, textOf, type Bag } from './bag.ts';
import type { RecordStatement } from './statements.ts';

const line = z.object({
  recordId: z.string(),
  dataset: z.string(),
  collectedAt: z.string(),
  storedAt: z.string(),
  basis: z.string(),
  data: z.record(z.string(), z.unknown()),
});
/** A record as it lies in a bundle. */
export type BundleRecord = z.output<typeof line> & { readonly controllerId: string };

const place = /^data\/records\/vault\/([^/]+)\/([^/]+)\.jsonl$/;

/** Every record of a bundle: `data/records/vault/{controller}/{dataset}.jsonl`, a record a line. */
export function recordsIn(bag: Bag): BundleRecord[] {
  return [...bag.files.keys()].flatMap((path) => {
    const controllerId = place.exec(path)?.[1];
    if (controllerId === undefined) return [];
    return textOf(bag, path)
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => ({ ...parseJson(path, text, line), controllerId }));
  });
}

/** Values that are hashed on arrival and never come back; that they are set is said instead. */
const secrets: Readonly<Record<string, readonly string[]>> = {
  'security-question': ['answer'],
  licence: ['key'],
};

/** A record as its person has to get it, from what the site sent; `left` names fields that this right does not reach. */
export function expectedData(
  { dataset, data }: RecordStatement,
  left: readonly string[] = [],
): Record<string, unknown> {
  const hidden = secrets[dataset] ?? [];
  const shown = Object.entries(data)
    .filter(([name]) => !left.includes(name))
    .map(([name, value]): [string, unknown] =>
      hidden.includes(name) ? [`${name}Set`, true] : [name, value],
    );
  return Object.fromEntries(shown);
}

/** Every secret value in what was sent. */
export const secretsIn = (sent: readonly RecordStatement[]): string[] =>
  sent.flatMap(({ dataset, data }) => (secrets[dataset] ?? []).map((name) => String(data[name])));

/** How what was sent and what came differ: `lost` was sent and is not there, `foreign` is there and was not sent. */
export function differenceOf(
  sent: readonly RecordStatement[],
  found: readonly BundleRecord[],
  left: Readonly<Record<string, readonly string[]>> = {},
): { lost: string[]; foreign: string[] } {
  const rest = [...found];
  const lost = sent.filter((statement) => {
    const expected = expectedData(statement, left[statement.dataset]);
    const at = rest.findIndex(
      ({ dataset, collectedAt, data }) =>
        dataset === statement.dataset &&
        Date.parse(collectedAt) === Date.parse(statement.collectedAt) &&
        isDeepStrictEqual(data, expected),
    );
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return {
    lost: lost.map(({ dataset, externalId }) => `${dataset} ${externalId}`),
    foreign: rest.map(({ dataset, recordId }) => `${dataset} ${recordId}`),
  };
}
