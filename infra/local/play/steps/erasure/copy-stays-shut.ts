import type { ReceiptContent } from '../../receipt.ts';
import { keyRows, openRecord, type SealedRecord } from '../../sealed-record.ts';
import { cast, type Stage } from '../../stage.ts';
import type { Before } from './before.ts';
import { findWrapped } from './find-wrapped.ts';

/** Tries to open the copy that was taken before the erasure, with every key that there still is. */
export async function tryCopy(stage: Stage, before: Before, receipt: ReceiptContent): Promise<void> {
  const { show, account } = stage;
  show.part('The copy from before');
  const held = await show.wait('Looking for the wrapped keys in every table', () =>
    findWrapped(account, before.wrapped),
  );
  show.holds(
    `the wrapped keys are in none of the ${account.tables.length} tables now, so KMS has nothing to unwrap`,
    before.wrapped.length > 0 && held.length === 0,
    held,
  );
  const { live, tried, own, others } = await show.wait('Trying every key', () => tryEveryKey(stage, before));
  show.holds(
    `each of the ${live} keys that live, of profiles and of requests, was unwrapped by KMS and tried on that copy`,
    live > 0 && tried === live,
    { live, tried },
  );
  show.holds(
    `none of them opens one of the ${own.length} erasable records of ${cast.both} in it`,
    own.length > 0 && own.every(({ opened }) => !opened),
    own.filter(({ opened }) => opened).map(({ record }) => record.sk),
  );
  show.holds(
    `the ${others.length} other records in it, what the law keeps of him among them, do open: the trial is sound`,
    others.length > 0 && others.every(({ opened }) => opened),
    others.filter(({ opened }) => !opened).map(({ record }) => record.sk),
  );
  const until = receipt.remainingCopies.find(({ what }) => what === 'keys')?.until ?? 'unknown';
  show.quiet(
    'What this does not show: whoever has a copy of table keys, too, from before the erasure, can still open it by KMS.',
    `On AWS the only such copy is that table’s own recovery; the receipt says when that is over: ${until}.`,
  );
}

type Trial = { readonly record: SealedRecord; readonly opened: boolean };

/** Each key that lives on each record of the copy: those of the person that could be erased, and all the rest. */
async function tryEveryKey(
  { account }: Stage,
  { copy, profiles }: Before,
): Promise<{ live: number; tried: number; own: Trial[]; others: Trial[] }> {
  const opened = new Set<SealedRecord>();
  let tried = 0;
  const live = keyRows(await account.rowsOf('keys')).filter(({ state }) => state === 'live');
  for (const { pk, sk, wrapped } of live) {
    const key = wrapped && (await account.unwrap(wrapped, pk, sk));
    if (!key) continue;
    tried += 1;
    for (const record of copy) if (openRecord(key, record) !== undefined) opened.add(record);
    key.fill(0);
  }
  const trials = copy.map((record) => ({ record, opened: opened.has(record) }));
  const isErased = ({ record: { pk, scope } }: Trial): boolean => profiles.has(pk) && scope === 'ordinary';
  return {
    live: live.length,
    tried,
    own: trials.filter(isErased),
    others: trials.filter((trial) => !isErased(trial)),
  };
}
