import type { Table } from '#shared/aws/table.ts';
import { readIdentifiers } from '#shared/profiles/identifier-store.ts';
import type { MacKey } from '#shared/keys/keyed-hash.ts';
import { readProfile } from '#shared/profiles/profile-store.ts';
import type { VaultKeys } from '#shared/vault/open-keys.ts';
import { announceProfile, requireAnnounced } from './announced-profiles.ts';
import { putAnnouncement, readAnnouncement, type Announcement } from './announcement.ts';
import { needsExtended, wholeSecond, type CoolingOff } from './cooling-off.ts';
import { copyContact } from './copy-contact.ts';
import type { Effect } from './effects.ts';
import { findOpenings } from './find-openings.ts';
import { openAddresses, writeNotices, type Told } from './notice-addresses.ts';
import { messageIdOf } from './notices.ts';
import { isOrder, type RequestRecord } from './request-record.ts';
import { commitChange, requireAttempt, type RequestStores } from './request-store.ts';
import { PlanForged } from './tasks.ts';
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
/**
 * Before an erasure cools off: the profiles that it will erase are restricted at once, and every address that leads or
 * lately led to their person is told, so that whoever did not ask for it can stop it (A10, A25). What the proof is not
 * enough for is not restricted: a stolen mailbox would lock its person out of a site (A1); its addresses are told all the
 * same. They are copied under the request's key. What was announced stands for every attempt, and nobody is told twice.
 * @returns until when the request can be withdrawn
 * @throws AttemptSuperseded, PlanForged
 */
export async function announceErasure(
  stores: AnnounceStores,
  request: RequestRecord,
  announcing: Announcing,
): Promise<{ until: string; effects: Effect[] }> {
  const { requestId, state } = request;
  const announcement = await readAnnouncement(stores.requests, stores.planKey, requestId);
  // Taken up again after its cooling-off: everything has been said.
  if (announcement && state === 'in-progress') {
    requireAttempt(request, announcing.attempt);
    return { until: announcement.until, effects: [] };
  }
  requireAttempt(request, announcing.attempt, 'cooling-off');
  const { until, notices } = announcement ?? (await makeAnnouncement(stores, request, announcing));
  return {
    until,
    effects: notices.map(({ noticeId }) => ({
      ...{ kind: 'send-message' as const, requestId, messageId: messageIdOf(noticeId) },
    })),
  };
}

async function makeAnnouncement(
  stores: AnnounceStores,
  request: RequestRecord,
  announcing: Announcing,
): Promise<Pick<Announcement, 'until' | 'notices'>> {
  const { requestId, ground } = request;
  const { attempt, coolingOff, now } = announcing;
  if (ground === undefined) throw new PlanForged(`request ${requestId} has no ground`);
  const { extended, profiles, openings, addresses } = await restrict(stores, request, announcing);
  const until = wholeSecond(now, extended ? coolingOff.extended : coolingOff.normal);
  const notices = await writeNotices(stores, requestId, addresses, { until, now });
  await copyContact(stores, request);
  const announcement = { at: now, until, ground, profiles, notices };
  const announced = await commitChange(stores, requestId, {
    event: { note: 'announced' },
    at: now,
    actor: 'system',
    facts: { profiles: openings, notices: notices.length, extended },
    ...{ attempt, during: 'cooling-off' },
    set: { coolingOffUntil: until },
    items: [await putAnnouncement(stores.requests, stores.planKey, requestId, announcement)],
  });
  return { until: announced.coolingOffUntil ?? until, notices };
}

type Restricted = {
  /** Profiles that the proof opens, and those of them that the erasure is announced for. */
  openings: number;
  profiles: string[];
  extended: boolean;
  /** Each address once, in however many profiles it stands. */
  addresses: Told[];
};

async function restrict(
  stores: AnnounceStores,
  request: RequestRecord,
  { attempt, levelIn, mayText, now }: Announcing,
): Promise<Restricted> {
  const { requestId } = request;
  const openings = await findOpenings(stores, request, now);
  // Of an order always: a stolen key may have given it.
  let extended = isOrder(request);
  const noted = new Set((await requireAnnounced(stores, requestId)).keys());
  const told = new Map<string, Told>();
  for (const opening of openings) {
    const { profileId, controllerId } = opening;
    const profile = await readProfile(stores.directory, profileId);
    if (!profile) continue;
    if (!noted.has(profileId)) {
      if (profile.state !== 'open') continue;
      const reason = await reasonToWithhold(stores, opening, levelIn(profileId));
      const one = { profileId, controllerId, ...(reason === undefined ? {} : { reason }) };
      if (!(await announceProfile(stores, { requestId, attempt }, one))) continue;
      noted.add(profileId);
    }
    const identifiers = await readIdentifiers(stores.directory, profileId);
    const addresses = await openAddresses(stores.vault, requestId, profileId, toldOf(identifiers, now));
    const reached = addresses.filter(({ kind, value }) => kind === 'email' || mayText(value));
    const channels = new Set(reached.map(({ hash }) => hash));
    extended ||= needsExtended(identifiers, channels, profile, now);
    for (const one of addresses) told.set(one.noticeId, one);
  }
  return { openings: openings.length, profiles: [...noted], extended, addresses: [...told.values()] };
}
