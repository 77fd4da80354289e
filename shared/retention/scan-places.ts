import type { Bucket } from '#shared/aws/object-prefix.ts';
import type { Table } from '#shared/aws/table.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { markPages, type RecordMark } from '#shared/vault/record-marks.ts';
import { readScan, writeScan, type Scan, type ScannedDataset } from './counts.ts';
import { findLeftovers } from './find-leftovers.ts';
import { readHolds, type Hold } from './holds.ts';
import { groundOf } from './keeping.ts';

export type ScanStores = {
  readonly records: Table;
  readonly directory: Table;
  readonly index: Table;
  readonly keys: Table;
  readonly requests: Table;
  readonly staging: Bucket;
  readonly bundles: Bucket;
  readonly foundKey: MacKey;
  readonly scanKey: MacKey;
};

/** Thrown when something is left of a profile that should be gone: there is no receipt. */
export class ResidualFound extends Error {
  override readonly name = 'ResidualFound';
}

/** What may be left of a profile: of one that was to be erased nothing but what is kept; of one that was withheld all. */
export type ScanAim = 'erase' | 'already-erased' | 'withheld';

export type ScanRun = {
  readonly requestId: string;
  readonly attempt: number;
  readonly profileId: string;
  readonly aim: ScanAim;
  readonly now: string;
  /** Whether there is time for one more page. */
  readonly mayGoOn: () => boolean;
  /** Only tests make pages smaller. */
  readonly pageSize?: number;
};

/**
 * Looks again, after an erasure, at every place where something of a profile could be, by what the plan and the count
 * before it say was there, strongly consistent, on the tables themselves (A6). What it finds is kept in the request's row;
 * a later attempt looks everywhere again. It writes no other count: of a profile in which this request did nothing, what is
 * there now is what was found.
 * @returns whether the profile is done with; false where another run is to go on
 * @throws ResidualFound once everything is looked at; CountForged
 */
export async function scanPlace(stores: ScanStores, run: ScanRun): Promise<{ done: boolean }> {
  const { requestId, attempt, profileId, now, mayGoOn, pageSize } = run;
  const { directory, requests, records, scanKey } = stores;
  const whose = { requestId, profileId };
  const profile = await readProfile(directory, profileId);
  const aim = aimNow(run, profile);
  const standing = await readScan(requests, scanKey, whose);
  const goesOn = standing?.attempt === attempt && !(standing.done && residualOf(standing, aim) > 0);
  if (goesOn && standing.done) return { done: true };
  const judging = { aim, holds: await readHolds(directory, profileId), erasedAt: profile?.erasedAt ?? now };
  let datasets = goesOn ? standing.datasets : {};
  let upTo = goesOn ? standing.upTo : undefined;
  for await (const { marks, last, more } of markPages(records, profileId, { after: upTo, pageSize })) {
    datasets = addJudged(datasets, marks, judging);
    upTo = last ?? upTo;
    if (more && !mayGoOn()) {
      const soFar = { attempt, datasets, leftovers: {}, upTo, done: false };
      await writeScan(requests, scanKey, whose, soFar, standing);
      return { done: false };
    }
  }
  const leftovers =
    aim === 'withheld' ? {} : await findLeftovers(stores, { requestId, profileId, aim }, profile);
  const scanned = { attempt, datasets, leftovers, scannedAt: now, done: true };
  if (!(await writeScan(requests, scanKey, whose, scanned, standing))) return { done: false };
  const residual = residualOf(scanned, aim);
  if (residual > 0) throw new ResidualFound(`profile ${profileId}: ${residual} left that should be gone`);
  return { done: true };
}

/** One that was to be erased can have been erased by another request before (race 4). */
const aimNow = ({ aim, requestId }: ScanRun, profile: Profile | undefined): ScanAim =>
  aim === 'erase' && profile?.erasedBy !== undefined && profile.erasedBy !== requestId
    ? 'already-erased'
    : aim;

/** How much is left that should be gone. Pure. */
function residualOf({ datasets, leftovers }: Pick<Scan, 'datasets' | 'leftovers'>, aim: ScanAim): number {
  if (aim === 'withheld') return 0;
  const rows = Object.values(datasets).map(({ residual }) => residual);
  return [...rows, ...Object.values(leftovers)].reduce((sum, count) => sum + count, 0);
}

type Judging = { readonly aim: ScanAim; readonly holds: readonly Hold[]; readonly erasedAt: string };

function judge(mark: RecordMark, { aim, holds, erasedAt }: Judging): ScannedDataset {
  // What was withheld goes on being used: nothing of it is kept for a ground of Art. 17(3), whatever would be one day.
  if (aim === 'withheld') return { retained: 0, residual: 1 };
  const ground = groundOf(mark, holds, erasedAt);
  return ground ? { retained: 1, residual: 0, ...ground } : { retained: 0, residual: 1 };
}

function addJudged(to: Scan['datasets'], marks: readonly RecordMark[], judging: Judging): Scan['datasets'] {
  const sum = { ...to };
  for (const mark of marks) sum[mark.dataset] = addUp(sum[mark.dataset], judge(mark, judging));
  return sum;
}

/** Of several grounds in one dataset the one that is reviewed last stands. */
function addUp(sum: ScannedDataset | undefined, one: ScannedDataset): ScannedDataset {
  if (!sum) return one;
  const { ground, exception, reviewAt } = (sum.reviewAt ?? '') >= (one.reviewAt ?? '') ? sum : one;
  const counts = { retained: sum.retained + one.retained, residual: sum.residual + one.residual };
  return ground === undefined ? counts : { ...counts, ground, exception, reviewAt };
}
