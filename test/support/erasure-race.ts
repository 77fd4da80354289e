/** What erasures leave that meet something else, and how one is run beside others. */
import { callFunction } from './export-work.ts';
import { runErasure } from './erasure-work.ts';
import type { Party } from './interleaving.ts';
import { besideOthers } from './scene.ts';

export const fulfilled = { state: 'fulfilled', chainBreak: undefined, receipts: 1, tellsOfReceipt: true };
export const consentStays = 'consent 1 0 1 0 data-map';
/** Of a profile that had a consent and a record, at the only holder of its address. */
export const nothingLeft = {
  ...{ state: 'erased', isRestricted: false, keys: ['ordinary destroyed', 'retained live'] },
  ...{ records: ['consent retained'], closed: 0, rows: ['META'], index: ['retained'], objects: 0 },
};
/** Nothing else is done at the gate than to erase. */
export const erasing =
  (requestId: string): Party =>
  (own, turns) =>
    runErasure(own, requestId, besideOthers(turns, callFunction));
