import { route } from '#shared/http/route.ts';
import { answerLink, viewOf } from '../request-answers.ts';
import { downloadForUser, readForUser } from './contract.ts';
import { requireOwn, type Wiring } from './wiring.ts';

export const readRoute = (wiring: Wiring) =>
  route(readForUser, async ({ params: { requestId }, caller }) => {
    return { status: 200, body: viewOf(await requireOwn(wiring, caller, requestId)) };
  });

export const downloadRoute = (wiring: Wiring) =>
  route(downloadForUser, async ({ params: { requestId }, body, caller }) => {
    await requireOwn(wiring, caller, requestId);
    return answerLink(wiring.release, requestId, body.bundle);
  });
