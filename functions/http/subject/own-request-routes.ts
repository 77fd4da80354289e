import { v7 as uuid } from 'uuid';
import { useProof } from '#shared/identity/proof.ts';
import { TransactionRefused } from '#shared/aws/transaction.ts';
import type { ErasureGround } from '#shared/data-map/erasure-grounds.ts';
import { invalid, Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { readBundles } from '#shared/requests/bundles.ts';
import { dueBy, dueOnOf, earliest } from '#shared/requests/deadlines/due-date.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { startRequest } from '#shared/requests/start-request.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { readSalt } from '#shared/requests/subject.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { follow } from '../../follow.ts';
import { answerLink, answerReceipt, viewOf } from '../request-answers.ts';
import { download, readOwn, receipt as receiptOf, start, withdraw } from './contract.ts';
import { requireOwn } from './own-request.ts';
import { findReach, type Reached } from './reach.ts';
import type { Wiring } from './wiring.ts';

const statusOf = ({ requestId, state, dueAt: due }: RequestRecord) => ({
  requestId,
  status: state,
  dueAt: due,
});

/** A transition that the state does not allow, or whose proof is used up, is the caller's 409. */
async function orWrongState<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TransitionRefused || error instanceof TransactionRefused)
      throw new Problem('wrong-state');
    throw error;
  }
}

/** A controller that wants to be asked first is not passed over: asking comes with a later release (A5). */
function requireAuto(chosen: readonly Reached[]): void {
  const errors = chosen
    .filter(({ instruction }) => instruction !== 'auto')
    .map(({ controllerId }) => ({
      path: 'controllers',
      message: `${controllerId} decides each request itself`,
    }));
  if (errors.length > 0) throw new Problem('instruction-not-available', { errors });
}

/** Of an erasure nothing is preselected (A5), and a ground is recorded; an export has none. */
function groundOf(
  { right }: RequestRecord,
  controllers: 'all' | string[],
  stated: ErasureGround | undefined,
): ErasureGround | undefined {
  if (right !== 'erasure' && stated !== undefined) throw invalid('details.ground', 'only of an erasure');
  if (right !== 'erasure') return undefined;
  if (controllers === 'all') throw invalid('controllers', 'an erasure names its controllers');
  return stated ?? '17(1)(a)';
}

/** Scope comes after the proof. A chosen controller's calendar may move the due date forward, never back (G08). */
export const startRoute = (wiring: Wiring) =>
  route(start, async ({ params: { requestId }, body: { controllers, details }, token, now, log }) => {
    const request = await requireOwn(wiring, requestId, token, now);
    const { right } = request;
    const ground = groundOf(request, controllers, details?.ground);
    const reach = await findReach(wiring, request, now.toISOString());
    const chosen = reach.filter(
      ({ controllerId }) => controllers === 'all' || controllers.includes(controllerId),
    );
    // A controller that is named but not in reach is no part of the request: its answer would not be true (A24).
    const scope = controllers === 'all' ? controllers : chosen.map(({ controllerId }) => controllerId);
    // Whom an erasure finds nothing for has nothing to choose, and is told so by its end (G06).
    const nobodyToChoose = right === 'erasure' && reach.length === 0;
    if (scope !== 'all' && chosen.length === 0 && !nobodyToChoose)
      throw invalid('controllers', 'none of them is in reach');
    requireAuto(chosen);
    const dues = chosen.map(({ seat }) => dueBy(request.receivedAt, seat));
    const started = await orWrongState(() =>
      startRequest(wiring, request, {
        scope,
        due: earliest({ dueAt: request.dueAt, dueOn: dueOnOf(request) }, ...dues),
        actor: 'subject',
        now,
        useProof: useProof(wiring.requests, requestId, now),
        startId: uuid(),
        choiceKey: wiring.choiceKey,
        ...(ground ? { ground } : {}),
      }),
    );
    await follow(wiring.effects, started.effects, log);
    return { status: 202, body: statusOf(started.request) };
  });

export const readRoute = (wiring: Wiring) =>
  route(readOwn, async ({ params: { requestId }, token, now }) => {
    const request = await requireOwn(wiring, requestId, token, now);
    const reach = await findReach(wiring, request, now.toISOString());
    const controllers = reach.map(({ controllerId, name }) => ({ controllerId, name }));
    const built = request.bundles > 0 ? await readBundles(wiring.requests, requestId) : [];
    const bundles = built.filter(({ attempt }) => attempt === request.attempt);
    const [first] = bundles.filter((bundle) => bundle.state === 'stored');
    const bundle = first && { expiresAt: first.expiresAt, linksLeft: first.linksLeft, count: bundles.length };
    const receipt = await readReceipt(wiring.requests, request);
    const salt = receipt && (await readSalt(wiring.requests, wiring.vault, requestId));
    return {
      status: 200,
      body: {
        ...viewOf(request, receipt?.jws),
        controllers,
        ...(bundle ? { bundle } : {}),
        ...(receipt ? { receipt: true } : {}),
        ...(salt === undefined ? {} : { subjectSalt: salt }),
      },
    };
  });

export const downloadRoute = (wiring: Wiring) =>
  route(download, async ({ params: { requestId }, body, token, now }) => {
    await requireOwn(wiring, requestId, token, now);
    return answerLink(wiring.release, requestId, body.bundle);
  });

export const receiptRoute = (wiring: Wiring) =>
  route(receiptOf, async ({ params: { requestId }, token, now }) =>
    answerReceipt(wiring.requests, await requireOwn(wiring, requestId, token, now)),
  );

export const withdrawRoute = (wiring: Wiring) =>
  route(withdraw, async ({ params: { requestId }, token, now, log }) => {
    await requireOwn(wiring, requestId, token, now);
    const { request, effects } = await orWrongState(() =>
      stopRequest(wiring, requestId, { event: 'withdrawn', now }),
    );
    await follow(wiring.effects, effects, log);
    return { status: 200, body: statusOf(request) };
  });
