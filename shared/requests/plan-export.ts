import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { findEntries, identifierBinding, readIdentifiers } from '#shared/profiles/identifier-store.ts';
import { profileIsOpen, profileKey, readProfile } from '#shared/profiles/profile-store.ts';
import { openingsOf, type Opening } from '#shared/profiles/sound.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { bundleRules, putStaging } from './bundles.ts';
import { writeContact } from './contact.ts';
import type { Effect } from './effects.ts';
import { askForMessage } from './messages-outbox.ts';
import type { RequestRecord } from './request-record.ts';
import { commitChange, requireAttempt, type RequestStores } from './request-store.ts';
import { putTask } from './tasks.ts';

export type PlanStores = RequestStores & {
  readonly directory: Table;
  readonly index: Table;
  readonly vault: VaultKeys;
};

/**
 * Plans an export: one task per profile that the proof opens and the scope holds, with the epoch it was found in. Rows,
 * not a list, so that a plan has no size. Planning again in the same attempt changes nothing.
 * @returns the number of tasks, and the message that confirms the receipt
 * @throws AttemptSuperseded
 */
export async function planExport(
  stores: PlanStores,
  request: RequestRecord,
  { attempt, dataMapVersion, now }: { attempt: number; dataMapVersion: string; now: string },
): Promise<{ tasks: number; effects: Effect[] }> {
  const { requestId } = request;
  requireAttempt(request, attempt);
  const openings = inScope(await findOpenings(stores, request, now), request.scope);
  let tasks = 0;
  for (const opening of openings) tasks += await planTask(stores, request, opening, attempt, now);
  const withheld = withheldBy(openings, openings.length - tasks);
  await copyContact(stores, request);
  const messageId = `receipt-confirmation-${attempt}`;
  const stagingUntil = new Date(Date.parse(now) + bundleRules.stagingHours * 3_600_000).toISOString();
  const planned = await commitChange(stores, requestId, {
    event: { note: 'planned' },
    at: now,
    actor: 'system',
    facts: { tasks, dataMapVersion, withheld },
    attempt,
    set: { openTasks: tasks, plannedAt: now, withheld },
    items: [
      askForMessage(stores.requests, requestId, { messageId, kind: 'receipt-confirmation', at: now }),
      ...(tasks > 0 ? [putStaging(stores.requests, requestId, stagingUntil)] : []),
    ],
  });
  return { tasks: planned.openTasks, effects: [{ kind: 'send-message', requestId, messageId }] };
}

/** What the proof opens: a session its own profile, an identifier every profile in which it is sound. */
async function findOpenings(
  { directory, index }: PlanStores,
  request: RequestRecord,
  now: string,
): Promise<Opening[]> {
  const { channel, receivedAt } = request;
  if (channel.kind === 'subject') {
    return openingsOf(
      await findEntries(index, channel.identifierKind, channel.identifierHash),
      receivedAt,
      now,
    );
  }
  const profile =
    channel.profileId === undefined ? undefined : await readProfile(directory, channel.profileId);
  return profile ? [{ profileId: profile.profileId, controllerId: profile.controllerId }] : [];
}

const inScope = (openings: readonly Opening[], scope: RequestRecord['scope']): readonly Opening[] =>
  scope === undefined || scope === 'all'
    ? openings
    : openings.filter(({ controllerId }) => scope.includes(controllerId));

/** Why some of what is on record is not given out; then the request ends partly fulfilled, and says so (G09). */
function withheldBy(openings: readonly Opening[], skipped: number): NonNullable<RequestRecord['withheld']> {
  const isNewcomer = openings.some(({ storedFrom }) => storedFrom !== undefined);
  return [
    ...(isNewcomer ? ['identifier-linked-recently' as const] : []),
    ...(skipped > 0 ? ['in-erasure' as const] : []),
  ];
}

/** 1 where the task was planned, 0 where the profile is no longer open. */
async function planTask(
  { requests, directory }: PlanStores,
  { requestId, right }: RequestRecord,
  { profileId, controllerId, storedFrom }: Opening,
  attempt: number,
  now: string,
): Promise<0 | 1> {
  const profile = await readProfile(directory, profileId);
  if (profile?.state !== 'open') return 0;
  const { epoch } = profile;
  const from = storedFrom === undefined ? {} : { storedFrom };
  try {
    await transact(requests.client, [
      putTask(requests, requestId, {
        place: 'vault',
        profileId,
        controllerId,
        epoch,
        ...from,
        attempt,
        state: 'open',
      }),
      profileIsOpen(directory, profile),
      // An erasure of this profile must find the bundles and staging of every request that covers it (A8).
      {
        Put: {
          TableName: directory.name,
          Item: { ...profileKey(profileId, `REQ#${requestId}`), requestId, right, at: now },
        },
      },
    ]);
    return 1;
  } catch (error) {
    if (error instanceof TransactionRefused) return 0;
    throw error;
  }
}

/** A request from a site's session has no address of its own: the verified one on record is copied under its key (A11). */
async function copyContact(
  { requests, directory, vault }: PlanStores,
  { requestId, channel }: RequestRecord,
): Promise<void> {
  if (channel.kind !== 'site' || channel.profileId === undefined) return;
  const { profileId } = channel;
  const identifiers = await readIdentifiers(directory, profileId);
  const address = identifiers.find(
    (row) => row.kind === 'email' && row.status === 'current' && row.verifiedAt !== undefined,
  );
  if (!address) return;
  const opened = await withKey(vault, `P#${profileId}`, 'ordinary', ({ key }) =>
    Promise.resolve(
      unseal(key, identifierBinding(profileId, 'email', address.hash), address.sealed).toString('utf8'),
    ),
  );
  if (opened.status !== 'open') return;
  await withKey(vault, `R#${requestId}`, 'request', async ({ key }) => {
    try {
      await transact(requests.client, [writeContact(requests, requestId, key, { email: opened.value })]);
    } catch (error) {
      // Copied by an earlier try.
      if (!(error instanceof TransactionRefused)) throw error;
    }
  });
}
