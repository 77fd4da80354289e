import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { Table } from '#shared/aws/table.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { readFound } from '#shared/retention/counts.ts';
import { destroyKeysItems, outcomeAfterRefusal } from '#shared/retention/destroy-keys.ts';
import { preserveHeld, type PreserveStores } from '#shared/retention/preserve-held.ts';
import { takeProfile, whoseIs } from '#shared/retention/take-profile.ts';
import { requireNoExport } from './exports-at-work.ts';
import { commitChange, type RequestStores } from './request-store.ts';
import type { Task } from './tasks.ts';

type Run = { readonly requestId: string; readonly attempt: number; readonly now: string };

/**
 * Takes a profile for this request and prepares it for the end of its keys; what another request has erased before is
 * noted. Each profile has its event.
 * @throws ProfileInErasure, ExportAtWork, AttemptSuperseded
 */
export async function preserveProfile(
  stores: RequestStores & PreserveStores,
  { profileId, aim, epoch }: Task,
  { requestId, attempt, now, ...paging }: Run & { mayGoOn: () => boolean; pageSize?: number },
): Promise<{ done: boolean }> {
  if (aim === 'withheld' || aim === 'export') return { done: true };
  // What another request was erasing when this one was announced is waited for and never taken: nobody was told of it here.
  const taken =
    aim === 'erase'
      ? await takeProfile(stores, { profileId, epoch, requestId, now })
      : await whoseIs(stores.directory, profileId, requestId);
  const event = { at: now, actor: 'system', attempt, detail: profileId } as const;
  if (taken.state === 'erased') {
    const facts = { profileId, erasedAt: taken.at };
    await commitChange(stores, requestId, { ...event, event: { note: 'already-erased' }, facts });
    return { done: true };
  }
  await requireNoExport(stores, profileId);
  const { done } = await preserveHeld(stores, { profileId, aim }, { requestId, ...paging });
  if (!done) return { done };
  const found = await readFound(stores.requests, requestId, profileId);
  const count = Object.values(found?.datasets ?? {}).reduce((sum, records) => sum + records, 0);
  const facts = { profileId, found: count, retained: found?.retained ?? 0 };
  await commitChange(stores, requestId, { ...event, event: { note: 'preserved' }, facts });
  return { done };
}

/**
 * Destroys the keys of a profile, with the event that says so, in one transaction. Done before, by this request or an
 * earlier one, it is done.
 * @throws HoldChanged, ProfileInErasure, AttemptSuperseded
 */
export async function destroyProfileKeys(
  stores: RequestStores & { readonly directory: Table; readonly keys: Table },
  { profileId, aim }: Task,
  { requestId, attempt, now }: Run,
): Promise<void> {
  if (aim !== 'erase') return;
  await whoseIs(stores.directory, profileId, requestId);
  const profile = await readProfile(stores.directory, profileId);
  if (profile?.state !== 'erasing') return;
  const items = destroyKeysItems(stores, profile, { requestId, now });
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
