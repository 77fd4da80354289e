import { invoke } from '#shared/aws/invoke.ts';
import { Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { useProof } from '#shared/identity/proof.ts';
import { hashUserId } from '#shared/profiles/identifier-hash.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { fileBySite } from '#shared/requests/file-request.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { openRequestOutput } from '../../invoked/open-request/contract.ts';
import { verifyOutput } from '../../invoked/verify/contract.ts';
import { follow } from '../../follow.ts';
import { viewOf } from '../request-answers.ts';
import { subjectOf } from '../request-subject.ts';
import { readAuthority } from './authority.ts';
import { submitForUser } from './contract.ts';
import { findTurn } from './request-of-today.ts';
import { requireAuto, requireOrderQuota, restOfDay, type Wiring } from './wiring.ts';

/**
 * Files, proves and starts a request in a user's session, or by order of the site's controller. The site's signature has
 * been verified; the proof itself is made by `verify`, and what it opens is this site's profile of this user alone (A10,
 * A11).
 */
export const submitRoute = (wiring: Wiring) =>
  route(submitForUser, async ({ body, caller, now, log }) => {
    const { user, language = 'en' } = body;
    const { kind, right, channel: how, ground } = readAuthority(body, caller.scopes, now);
    const { siteId, controllerId, country, timeZone } = caller;
    // An order is the controller's own decision; what its user asks for is not (A5).
    if (kind === 'session') await requireAuto(wiring, controllerId, right);
    const userHash = await hashUserId(wiring.indexKey, siteId, user.id);
    const { registeredAt } = user;
    const profile = await findProfileOf(wiring.directory, { siteId, userHash, registeredAt });
    const turn = await findTurn(wiring, { siteId, userHash, registeredAt, right, kind }, now);
    if (!turn) throw new Problem('too-many-calls', { retryAfter: restOfDay(now) });
    const { requestId } = turn;
    if (turn.isNew) {
      if (kind === 'order') await requireOrderQuota(wiring, siteId, now);
      await invoke(wiring.openRequest, { requestId }, openRequestOutput);
      const found = profile ? { profileId: profile.profileId } : {};
      const channel = { kind: 'site' as const, siteId, controllerId, ...found, ...how };
      await fileBySite(wiring, wiring.vault, {
        ...{ requestId, right, channel, language, seat: { country, timeZone }, now },
        ...(right === 'erasure' ? { subject: subjectOf('user-id', user.id) } : {}),
      });
    }
    const proof = await invoke(wiring.verify, { kind, requestId }, verifyOutput);
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
        choiceKey: wiring.choiceKey,
        ...(ground === undefined ? {} : { ground }),
      },
    );
    await follow(wiring.effects, effects, log);
    return { status: 202, body: viewOf(request) };
  });
