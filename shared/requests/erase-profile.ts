import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { Table } from '#shared/aws/table.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { readFound } from '#shared/retention/counts.ts';
import { destroyKeysItems, outcomeAfterRefusal } from '#shared/retention/destroy-keys.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { preserveHeld, type PreserveStores } from '#shared/retention/preserve-held.ts';
import { takeProfile, whoseIs, type Taken } from '#shared/retention/take-profile.ts';
import { giveBack, mustWithhold, sayWithheld } from '#shared/retention/withhold-profile.ts';
import { requireNoExport } from './exports-at-work.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import type { Task } from './tasks.ts';

type Run = { readonly requestId: string; readonly attempt: number; readonly now: string };

/**
 * Takes a profile for this request and prepares it for the end of its keys; what another request has erased before is
 * noted. What holds a person's means to sign in by now, and was not proven at level 2, is given back whole (A1): also where
 * they came after the plan. Each profile has its event.
 * @throws ProfileInErasure, ExportAtWork, AttemptSuperseded, CountForged
 */
export async function preserveProfile(
  stores: RequestStores & PreserveStores,
  task: Task,
  { requestId, attempt, now, ...paging }: Run & { mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean }> {
  const { profileId, aim } = task;
  if (aim === 'withheld' || aim === 'export') return { done: true };
  const whose = { requestId, profileId };
  const event = { at: now, actor: 'system', attempt, detail: profileId } as const;
  const taken = await takeOrWithhold(stores, task, { requestId, now });
  if (taken.state === 'withheld') {
    await giveBack(stores, whose);
    await commitChange(stores, requestId, { ...event, event: { note: 'withheld' }, facts: { profileId } });
    return { done: true };
  }
  if (taken.state === 'erased') {
    const facts = { profileId, erasedAt: taken.at };
    await commitChange(stores, requestId, { ...event, event: { note: 'already-erased' }, facts });
    return { done: true };
  }
  await requireNoExport(stores, profileId);
  const { done } = await preserveHeld(stores, { profileId, aim }, { requestId, ...paging });
  if (!done) return { done };
  const found = await readFound(stores.requests, stores.foundKey, whose);
  const count = Object.values(found?.datasets ?? {}).reduce((sum, records) => sum + records, 0);
  const facts = { profileId, found: count, retained: found?.retained ?? 0 };
  await commitChange(stores, requestId, { ...event, event: { note: 'preserved' }, facts });
  return { done };
}

/** Once withheld a profile is not taken again, by no retry and no later attempt. */
async function takeOrWithhold(
  stores: PreserveStores,
  { profileId, aim, epoch, level = 1 }: Task,
  { requestId, now }: { requestId: string; now: string },
): Promise<Taken | { readonly state: 'withheld' }> {
  const { directory, requests, foundKey } = stores;
  const whose = { requestId, profileId };
  const withheld = { state: 'withheld' } as const;
  if ((await readFound(requests, foundKey, whose))?.withheld) return withheld;
  const before = await readProfile(directory, profileId);
  // The other request that was erasing it when this one was announced has given it back: of this one nobody was told.
  if (aim === 'already-erased' && before?.state === 'open') {
    await sayWithheld(stores, whose, { holdEpoch: before.holdEpoch, reason: 'given-back' });
    return withheld;
  }
  // What another request was erasing when this one was announced is waited for and never taken: nobody was told of it here.
  const taken =
    aim === 'erase'
      ? await takeProfile(stores, { profileId, epoch, requestId, now })
      : await whoseIs(directory, profileId, requestId);
  if (taken.state === 'erased') return taken;
  const profile = await readProfile(directory, profileId);
  return profile && (await mustWithhold(stores, profile, { requestId, level })) ? withheld : taken;
}

/**
 * Destroys the keys of a profile, with the event that says so, in one transaction. Done before, by this request or an
 * earlier one, it is done; of what was withheld at its turn none goes.
 * @throws HoldChanged, ProfileInErasure, AttemptSuperseded, CountForged
 */
export async function destroyProfileKeys(
  stores: RequestStores & { readonly directory: Table; readonly keys: Table; readonly foundKey: MacKey },
  { profileId, aim }: Task,
  { requestId, attempt, now }: Run,
): Promise<void> {
  if (aim !== 'erase') return;
  const found = await readFound(stores.requests, stores.foundKey, { requestId, profileId });
  if (found?.withheld) return;
  await whoseIs(stores.directory, profileId, requestId);
  const profile = await readProfile(stores.directory, profileId);
  if (profile?.state !== 'erasing') return;
  const items = destroyKeysItems(stores, profile, found, { requestId, now });
  try {
    await commitChange(stores, requestId, {
      event: { note: 'keys-destroyed' },
      at: now,
      actor: 'system',
      attempt,
      detail: profileId,
      facts: { profileId, keys: items.length - 1, epoch: profile.epoch },
      items,
    });
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    await outcomeAfterRefusal(stores, { profileId, requestId });
  }
}
