import { invoke } from '#shared/aws/invoke.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { isFreshLogin, isSessionMethod } from '#shared/identity/prove-by-session.ts';
import { useProof } from '#shared/identity/proof.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { isAvailable } from '#shared/requests/states.ts';
import { openRequestOutput } from '../../invoked/open-request/contract.ts';
import { verifyOutput } from '../../invoked/verify/contract.ts';
import { follow } from '../../follow.ts';
import { viewOf } from '../request-answers.ts';
import { subjectOf } from '../request-subject.ts';
import { submitForUser } from './contract.ts';
import { requestIdOfToday, restOfDay, type Wiring } from './wiring.ts';

/**
 * Files, proves and starts a request in a user's session. The site's signature has been verified; the proof itself is
 * made by `verify`, and what it opens is this site's profile of this user alone (A11).
 */
export const submitRoute = (wiring: Wiring) =>
  route(submitForUser, async ({ body, caller, now, log }) => {
    const { right, user, authority, language = 'en', details } = body;
    if (!isAvailable(right) || authority.kind !== 'site-session') throw new Problem('not-available');
    if (right !== 'erasure' && details?.ground !== undefined)
      throw invalid('details.ground', 'only of an erasure');
    const { method, authenticatedAt } = authority;
    if (!isSessionMethod(method)) throw invalid('authority.method', 'not a known way to sign in');
    if (!isFreshLogin(authenticatedAt, now)) throw new Problem('not-proven');
    const { siteId, controllerId, country, timeZone } = caller;
    const userHash = await hashUserId(wiring.indexKey, siteId, user.id);
    const { registeredAt } = user;
    const profile = await findProfileOf(wiring.directory, { siteId, userHash, registeredAt });
    const requestId = requestIdOfToday({ siteId, userHash, right }, now);
    const standing = await readRequest(wiring, requestId);
    if (standing && standing.state !== 'awaiting-identity' && standing.state !== 'verified') {
      throw new Problem('too-many-calls', { retryAfter: restOfDay(now) });
    }
    if (!standing) {
      await invoke(wiring.openRequest, { requestId }, openRequestOutput);
      const found = profile ? { profileId: profile.profileId } : {};
      const channel = { kind: 'site' as const, siteId, controllerId, ...found, authenticatedAt, method };
      await fileBySite(wiring, wiring.vault, {
        ...{ requestId, right, channel, language, seat: { country, timeZone }, now },
        ...(right === 'erasure' ? { subject: subjectOf('user-id', user.id) } : {}),
      });
    }
    const proof = await invoke(wiring.verify, { kind: 'session', requestId }, verifyOutput);
    if (!proof.proven) throw new Problem('not-proven');
    const { request, effects } = await startRequest(
      wiring,
      { requestId, right },
      {
        scope: [controllerId],
        actor: 'site',
        now,
        useProof: useProof(wiring.requests, requestId, now),
        startId: requestId,
        ...(right === 'erasure' ? { ground: details?.ground ?? '17(1)(a)' } : {}),
      },
    );
    await follow(wiring.effects, effects, log);
    return { status: 202, body: viewOf(request) };
  });
