/** The vault's side of an erasure as one run over a world: what the functions do between plan and receipt, without them. */
import { v7 as uuid } from 'uuid';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { readErased, readFound, readScan } from '#shared/retention/counts.ts';
import { destroyKeysItems, HoldChanged, outcomeAfterRefusal } from '#shared/retention/destroy-keys.ts';
import { eraseRows } from '#shared/retention/erase-rows.ts';
import { preserveHeld } from '#shared/retention/preserve-held.ts';
import { scanPlace, type ScanAim } from '#shared/retention/scan-places.ts';
import { takeProfile, whoseIs, type Taken } from '#shared/retention/take-profile.ts';
import type { World } from './vault-world.ts';

/** Small pages and short runs make a small profile take every way that a large one takes. */
export type ErasureSizes = { readonly pageSize?: number; readonly pagesPerRun?: number };
export const small: ErasureSizes = { pageSize: 2, pagesPerRun: 1 };

export type Erasure = ReturnType<typeof erasureOf>;

/** One request's erasure of one profile, step by step; `now` is when its keys are destroyed. */
export function erasureOf(
  world: World,
  profileId: string,
  { requestId = uuid(), now = '2027-07-01T12:00:00.000Z', sizes = small, attempt = 1 } = {},
) {
  const stores = { ...world, keys: world.vault.keys };
  const { pageSize, pagesPerRun = Infinity } = sizes;
  /** Runs a step until it says that it is done, as the machine does. */
  const untilDone = async (step: (mayGoOn: () => boolean) => Promise<{ done: boolean }>): Promise<number> => {
    for (let runs = 1; ; runs += 1) {
      let left = pagesPerRun;
      if ((await step(() => (left -= 1) > 0)).done) return runs;
      if (runs > 1_000) throw new Error('does not end');
    }
  };
  const sized = pageSize === undefined ? {} : { pageSize };
  const preserve = () =>
    untilDone((mayGoOn) =>
      preserveHeld(stores, { profileId, aim: 'erase' }, { requestId, mayGoOn, ...sized }),
    );
  const destroyOnce = async (): Promise<Taken> => {
    await whoseIs(world.directory, profileId, requestId);
    const profile = await readProfile(world.directory, profileId);
    if (!profile) throw new Error('no profile');
    if (profile.state === 'erased') return outcomeAfterRefusal(stores, { profileId, requestId });
    try {
      const found = await readFound(world.requests, world.foundKey, { requestId, profileId });
      await transact(world.clients.dynamo, destroyKeysItems(stores, profile, found, { requestId, now }));
      return { state: 'mine' };
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      return outcomeAfterRefusal(stores, { profileId, requestId });
    }
  };
  const destroy = async (): Promise<Taken> => {
    try {
      return await destroyOnce();
    } catch (error) {
      if (!(error instanceof HoldChanged)) throw error;
      await preserve();
      return destroy();
    }
  };
  const steps = {
    requestId,
    take: async () => {
      const profile = await readProfile(world.directory, profileId);
      return takeProfile(stores, { profileId, epoch: profile?.epoch ?? 0, requestId, now });
    },
    preserve,
    destroyOnce,
    destroy,
    erase: () => untilDone((mayGoOn) => eraseRows(stores, { requestId, profileId, now, mayGoOn, ...sized })),
    scan: (aim: ScanAim = 'erase') =>
      untilDone((mayGoOn) =>
        scanPlace(stores, { requestId, attempt, profileId, aim, now, mayGoOn, ...sized }),
      ),
    /** What was found, erased, retained and left, by dataset. */
    counts: async () => {
      const whose = { requestId, profileId };
      const found = await readFound(world.requests, world.foundKey, whose);
      const erased = await readErased(world.requests, world.erasedKey, whose);
      const scan = await readScan(world.requests, world.scanKey, whose);
      return { found, erased, scan };
    },
  };
  return {
    ...steps,
    all: async () => {
      await steps.take();
      await steps.preserve();
      await steps.destroy();
      await steps.erase();
      await steps.scan();
    },
  };
}
