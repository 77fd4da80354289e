import type { Table } from '#shared/aws/table.ts';
import { transact, TransactionRefused } from '#shared/aws/transaction.ts';
import { identifierBinding, readIdentifiers, type IdentifierRow } from '#shared/profiles/identifier-store.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import { withKey, type VaultKeys } from '#shared/vault/open-keys.ts';
import { unseal } from '#shared/vault/record-format.ts';
import { announceProfile, requireAnnounced } from './announced-profiles.ts';
import { needsExtended, type CoolingOff } from './cooling-off.ts';
import { copyContact } from './copy-contact.ts';
import type { Effect } from './effects.ts';
import { findOpenings } from './find-openings.ts';
import { askForMessage } from './messages-outbox.ts';
import { noticeIdOf, writeNotice, type NoticeAddress } from './notices.ts';
import { isOrder, type RequestRecord } from './request-record.ts';
import { commitChange, requireAttempt, type RequestStores } from './request-store.ts';
import { toldOf } from './told-addresses.ts';
import { reasonToWithhold } from './withholding.ts';

export type AnnounceStores = RequestStores & {
  readonly directory: Table;
  readonly index: Table;
  readonly records: Table;
  readonly planKey: MacKey;
  readonly vault: VaultKeys;
};

type Announcing = {
  readonly attempt: number;
  readonly coolingOff: CoolingOff;
  /** Level of the proof in a profile: 2 where two identifiers of that very profile, or a second factor, were proven. */
  readonly levelIn: (profileId: string) => number;
  /** Whether a text message would reach this number (A28). */
  readonly mayText: (phone: string) => boolean;
  readonly now: string;
};
type Notice = NoticeAddress & { readonly noticeId: string; readonly hash: string };

/**
 * Before an erasure cools off: the profiles that it will erase are restricted at once, and every address that leads or
 * lately led to their person is told, so that whoever did not ask for it can stop it (A10, A25). What the proof is not
 * enough for is not restricted: a stolen mailbox would lock its person out of a site (A1); its addresses are told all the
 * same. They are copied under the request's key. Announcing again in the same attempt changes nothing and tells nobody twice.
 * @returns until when the request can be withdrawn
 * @throws AttemptSuperseded, PlanForged
 */
export async function announceErasure(
  stores: AnnounceStores,
  request: RequestRecord,
  { attempt, coolingOff, levelIn, mayText, now }: Announcing,
): Promise<{ until: string; effects: Effect[] }> {
  const { requestId } = request;
  // Taken up again after its cooling-off: everything has been said.
  if (request.state === 'in-progress' && request.coolingOffUntil !== undefined) {
    requireAttempt(request, attempt);
    return { until: request.coolingOffUntil, effects: [] };
  }
  requireAttempt(request, attempt, 'cooling-off');
  const openings = await findOpenings(stores, request, now);
  // Of an order always: a stolen key may have given it.
  let extended = isOrder(request);
  const noted = await requireAnnounced(stores, requestId);
  const told = new Set<string>();
  for (const opening of openings) {
    const { profileId, controllerId } = opening;
    const profile = await readProfile(stores.directory, profileId);
    if (!profile) continue;
    if (!noted.has(profileId)) {
      if (profile.state !== 'open') continue;
      const reason = await reasonToWithhold(stores, opening, levelIn(profileId));
      const one = { profileId, controllerId, ...(reason === undefined ? {} : { reason }) };
      if (!(await announceProfile(stores, { requestId, attempt }, one))) continue;
    }
    const identifiers = await readIdentifiers(stores.directory, profileId);
    const addresses = toldOf(identifiers, now);
    const notices = await writeNotices(stores, requestId, profileId, addresses, now);
    const reached = notices.filter(({ kind, value }) => kind === 'email' || mayText(value));
    const channels = new Set(reached.map(({ hash }) => hash));
    extended ||= needsExtended(identifiers, channels, profile, now);
    for (const { noticeId } of notices) told.add(noticeId);
  }
  await copyContact(stores, request);
  const seconds = extended ? coolingOff.extended : coolingOff.normal;
  const announced = await commitChange(stores, requestId, {
    event: { note: 'announced' },
    at: now,
    actor: 'system',
    facts: { profiles: openings.length, notices: told.size, extended },
    ...{ attempt, during: 'cooling-off' },
    set: ({ coolingOffUntil = '' }) => ({
      coolingOffUntil: latest(coolingOffUntil, wholeSecond(now, seconds)),
    }),
  });
  return {
    until: announced.coolingOffUntil ?? now,
    effects: [...told].map((noticeId) => ({
      ...{ kind: 'send-message' as const, requestId, messageId: messageIdOf(noticeId) },
    })),
  };
}

/**
 * Counted from the announcement, however late it comes: what was told is given. To the whole second, since a state machine
 * waits to the second and would be back before its time.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
const wholeSecond = (now: string, seconds: number): string =>
  new Date(Math.ceil(Date.parse(now) / 1_000 + seconds) * 1_000).toISOString();
const latest = (one: string, other: string): string => (one > other ? one : other);

const messageIdOf = (noticeId: string): string => `erasure-notice-${noticeId}`;

/** Copies addresses from the profile's key to the request's, each with the message that goes there. */
async function writeNotices(
  { requests, vault }: AnnounceStores,
  requestId: string,
  profileId: string,
  addresses: readonly IdentifierRow[],
  now: string,
): Promise<Notice[]> {
  const written = await withKey(vault, `P#${profileId}`, 'ordinary', ({ key: ordinary }) =>
    withKey(vault, `R#${requestId}`, 'request', async ({ key }) => {
      const notices: Notice[] = [];
      for (const { kind, hash, sealed } of addresses) {
        if (kind === 'username') continue;
        const noticeId = noticeIdOf(requestId, kind, hash);
        const value = unseal(ordinary, identifierBinding(profileId, kind, hash), sealed).toString('utf8');
        const message = {
          messageId: messageIdOf(noticeId),
          kind: 'erasure-notice',
          noticeId,
          at: now,
        } as const;
        try {
          await transact(requests.client, [
            writeNotice(requests, requestId, key, { noticeId, kind, value }),
            askForMessage(requests, requestId, message),
          ]);
        } catch (error) {
          // By an earlier try, or for another profile.
          if (!(error instanceof TransactionRefused)) throw error;
        }
        notices.push({ noticeId, hash, kind, value });
      }
      return notices;
    }),
  );
  return written.status === 'open' && written.value.status === 'open' ? written.value.value : [];
}
