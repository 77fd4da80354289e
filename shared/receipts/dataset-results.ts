import type { Counts, ScannedDataset } from '#shared/retention/counts.ts';
import type { DatasetResult } from './receipt-content.ts';
import { datasetInReceipt } from './receipt-statement.ts';

/**
 * One row per dataset from what three functions counted apart: found before, erased by the eraser, retained and left by
 * whoever looked again. Nothing is made up to fit: where the sums differ, no receipt is signed (A6).
 */
export function datasetResults(
  found: Counts,
  erased: Counts,
  scanned: Readonly<Record<string, ScannedDataset>>,
): DatasetResult[] {
  const stored = new Set([...Object.keys(found), ...Object.keys(erased), ...Object.keys(scanned)]);
  const byName = Map.groupBy([...stored].toSorted(), datasetInReceipt);
  return [...byName].map(([dataset, names]) => {
    const sum = (count: (name: string) => number | undefined): number =>
      names.reduce((total, name) => total + (count(name) ?? 0), 0);
    const keeper = names.map((name) => scanned[name]).find((one) => one !== undefined && one.retained > 0);
    return {
      dataset,
      found: sum((name) => found[name]),
      erased: sum((name) => erased[name]),
      retained: sum((name) => scanned[name]?.retained),
      residual: sum((name) => scanned[name]?.residual),
      ...(keeper?.ground === undefined ? {} : { ground: keeper.ground }),
      ...(keeper?.exception === undefined ? {} : { exception: keeper.exception }),
      ...(keeper?.reviewAt === undefined ? {} : { reviewAt: keeper.reviewAt }),
    };
  });
}
