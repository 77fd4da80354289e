import { v7 as uuid } from 'uuid';
import { invoke } from '#shared/aws/invoke.ts';
import type { SiteCaller } from '#shared/http/caller.ts';
import { Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { lastEndOf, readAccounts } from '#shared/profiles/accounts.ts';
import { isBefore, wasErased } from '#shared/profiles/before-erasure.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { hashUserIdentifiers, type SiteUserStatement } from '#shared/profiles/named-user.ts';
import { findProfileOf, readProfile, type Profile } from '#shared/profiles/profile-store.ts';
import { collectConsent } from '#shared/vault/collect/collect-consent.ts';
import { openProfileOutput } from '../../invoked/open-profile/contract.ts';
import { recordConsent } from './contract.ts';
import { requireQuota, type Wiring } from './wiring.ts';

/**
 * A `given` consent is what opens a profile, also again after an erasure where it was given later; with any other decision
 * an unknown user stays unknown (P17, A14), and so does one whose data was erased.
 */
export const consentRoute = (wiring: Wiring) =>
  route(recordConsent, async ({ body, caller, now }) => {
    await requireQuota(wiring, caller, now);
    // The newest decision stands: one of tomorrow would outlast its withdrawal, so a fast clock is set to ours (G05).
    const at = body.at < now.toISOString() ? body.at : now.toISOString();
    const profile =
      body.decision === 'given'
        ? await openProfileOf(wiring, caller, body.user, at)
        : await findKnown(wiring, caller, body.user, at);
    if (!profile) return { status: 200, body: { stored: false }, remember: false };
    const named =
      body.decision === 'refused' ? [] : await hashUserIdentifiers(wiring.indexKey, caller.siteId, body.user);
    const { user: _, ...statement } = body;
    const purposes = [...new Set(body.purposes)];
    const consentId = uuid();
    await collectConsent(
      wiring,
      profile,
      { ...statement, at, purposes, consentId },
      { named, now: now.toISOString() },
    );
    return { status: 201, body: { consentId } };
  });

async function findKnown(
  { directory, indexKey }: Wiring,
  { siteId }: SiteCaller,
  user: { id: string; registeredAt?: string },
  at: string,
): Promise<Profile | undefined> {
  const userHash = await hashUserId(indexKey, siteId, user.id);
  const profile = await findProfileOf(directory, { siteId, userHash, registeredAt: user.registeredAt });
  return !profile || profile.state === 'erased' || wasErased(profile, at) ? undefined : profile;
}

async function openProfileOf(
  { directory, indexKey, openProfile }: Wiring,
  { siteId, controllerId }: SiteCaller,
  user: SiteUserStatement,
  at: string,
): Promise<Profile | undefined> {
  const userHash = await hashUserId(indexKey, siteId, user.id);
  const { registeredAt } = user;
  const standing = await findProfileOf(directory, { siteId, userHash, registeredAt });
  if (standing && wasErased(standing, at)) throw new Problem('erased');
  if (standing && standing.state !== 'erased') return standing;
  // Of another account of the user id as well: no profile is made only to refuse what is from before.
  if (isBefore(lastEndOf(await readAccounts(directory, { siteId, userHash })), at))
    throw new Problem('erased');
  const replaces = standing && { replaces: standing.profileId };
  const opened = await invoke(
    openProfile,
    { siteId, controllerId, userHash, registeredAt, ...replaces },
    openProfileOutput,
  );
  return readProfile(directory, opened.profileId);
}
