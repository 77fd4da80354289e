import { findDataset } from '#shared/data-map/data-map.ts';
import { keptByMap, type Kept } from '#shared/data-map/kept-by-map.ts';
import type { RecordMark } from '#shared/vault/record-marks.ts';
import type { RecordRow } from '#shared/vault/record-store.ts';
import { holdOf, type Hold } from './holds.ts';

/** Whether the data map keeps a dataset through an erasure. One that it no longer has is kept by nothing. */
const mapKeeps = (dataset: string): boolean => findDataset(dataset)?.erasure.effect === 'retain';

type Placement = Pick<RecordRow, 'scope' | 'heldBy'>;

/**
 * Where a record must lie before the ordinary key is destroyed: what the data map or a hold keeps under the retained key;
 * what was kept for a hold that has ended, back under the key that goes; all else where it is.
 */
export function placementOf({ dataset, scope, heldBy }: RecordMark, holds: readonly Hold[]): Placement {
  if (mapKeeps(dataset)) return { scope: 'retained', heldBy: undefined };
  const hold = holdOf(dataset, holds);
  if (hold) return { scope: 'retained', heldBy: hold.holdId };
  return heldBy === undefined ? { scope, heldBy } : { scope: 'ordinary', heldBy: undefined };
}

export const isMisplaced = (mark: RecordMark, holds: readonly Hold[]): boolean => {
  const { scope, heldBy } = placementOf(mark, holds);
  return scope !== mark.scope || heldBy !== mark.heldBy;
};

/** Whether a record stays where it lies: its key survives, and map or hold says so. Everything else goes. */
export const isKept = ({ dataset, scope, heldBy }: RecordMark): boolean =>
  scope === 'retained' && (heldBy !== undefined || mapKeeps(dataset));

/**
 * Why a record that stays does so. `erasedAt`: when the account ended.
 * @returns undefined where nothing says why: then it should be gone
 */
export function groundOf(mark: RecordMark, holds: readonly Hold[], erasedAt: string): Kept | undefined {
  if (!isKept(mark)) return undefined;
  const dataset = findDataset(mark.dataset);
  const byMap = dataset && keptByMap(dataset.name, erasedAt);
  if (byMap) return byMap;
  const hold = holds.find(({ holdId }) => holdId === mark.heldBy);
  return hold && { ground: 'hold', exception: hold.exception, reviewAt: hold.reviewAt };
}
