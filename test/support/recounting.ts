import type { Whose } from '#shared/retention/count-store.ts';
import {
  readErased,
  readFound,
  readScan,
  writeErased,
  writeFound,
  writeScan,
  type Erased,
  type Found,
  type Scan,
} from '#shared/retention/counts.ts';
import type { World } from './vault-world.ts';

/** Counts of a profile, as their own counters could have counted wrong: their MACs hold. */
export function recounting({ requests, foundKey, erasedKey, scanKey }: World, whose: Whose) {
  const found = () => readFound(requests, foundKey, whose);
  const erased = () => readErased(requests, erasedKey, whose);
  const recounts = {
    FOUND: async (counted: Partial<Found>) => {
      const row = await found();
      if (row) await writeFound(requests, foundKey, whose, { ...row, ...counted }, row);
    },
    ERASED: async (counted: Partial<Erased>) => {
      const row = await erased();
      if (row) await writeErased(requests, erasedKey, whose, { ...row, ...counted }, row);
    },
    SCAN: async (counted: Partial<Scan>) => {
      const row = await readScan(requests, scanKey, whose);
      if (row) await writeScan(requests, scanKey, whose, { ...row, ...counted }, row);
    },
  };
  return {
    ...recounts,
    setFound: async (dataset: string, count: number) =>
      recounts.FOUND({ datasets: { ...(await found())?.datasets, [dataset]: count } }),
    setErased: async (dataset: string, count: number) =>
      recounts.ERASED({ datasets: { ...(await erased())?.datasets, [dataset]: count } }),
    setScan: async (counts: { retained: number; residual: number }) => {
      const row = await readScan(requests, scanKey, whose);
      await recounts.SCAN({ datasets: { ...row?.datasets, account: counts } });
    },
  };
}
