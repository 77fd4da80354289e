import type { DatasetName } from '#shared/data-map/data-map.ts';
import { sumRedactions, type Redaction } from './redaction.ts';
import type { StagedPage, StagingManifest } from './staging/staged-page.ts';

/**
 * Sealed bytes of text that one bundle may hold. At some 20 MB/s in all 2 GiB take well under a third of the 900 s that a
 * function may run.
 */
export const maxBundleBytes = 2 * 1024 ** 3;

/** What goes into one bundle: the pages of each controller's dataset, in the order they were staged. */
export type BundlePlan = {
  readonly of: number;
  readonly files: readonly { controllerId: string; dataset: DatasetName; pages: readonly StagedPage[] }[];
  readonly redactions: readonly Redaction[];
};

/**
 * Reads the manifests once and picks the pages of bundle `number`: pages in order, each bundle filled to its limit. Only
 * that bundle's pages are held. The same manifests make the same plan.
 */
export async function planBundle(
  manifests: AsyncIterable<StagingManifest>,
  number: number,
  limit = maxBundleBytes,
): Promise<BundlePlan> {
  let current = 1;
  let filled = 0;
  let redactions: Redaction[] = [];
  const mine: StagedPage[] = [];
  for await (const manifest of manifests) {
    redactions = sumRedactions([...redactions, ...manifest.redactions]);
    for (const page of manifest.pages) {
      if (filled > 0 && filled + page.bytes > limit) {
        current += 1;
        filled = 0;
      }
      filled += page.bytes;
      if (current === number) mine.push(page);
    }
  }
  const grouped = Map.groupBy(mine, ({ controllerId, dataset }) => `${controllerId}/${dataset}`);
  const files = [...grouped.values()].flatMap((pages) => {
    const [first] = pages;
    return first ? [{ controllerId: first.controllerId, dataset: first.dataset, pages }] : [];
  });
  return { of: current, files, redactions };
}
