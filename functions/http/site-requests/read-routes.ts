import { route } from '#shared/http/route.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import { answerLink, answerReceipt, viewOf } from '../request-answers.ts';
import { downloadForUser, readForUser, receiptForUser } from './contract.ts';
import { requireOwn, type Wiring } from './wiring.ts';

export const readRoute = (wiring: Wiring) =>
  route(readForUser, async ({ params: { requestId }, caller }) => {
    const request = await requireOwn(wiring, caller, requestId);
    // Only what was withheld is told from it.
    const receipt = request.withheld?.length ? await readReceipt(wiring.requests, request) : undefined;
    return { status: 200, body: viewOf(request, receipt?.jws) };
  });

export const downloadRoute = (wiring: Wiring) =>
  route(downloadForUser, async ({ params: { requestId }, body, caller }) => {
    await requireOwn(wiring, caller, requestId);
    return answerLink(wiring.release, requestId, body.bundle);
  });

export const receiptRoute = (wiring: Wiring) =>
  route(receiptForUser, async ({ params: { requestId }, caller }) =>
    answerReceipt(wiring.requests, await requireOwn(wiring, caller, requestId)),
  );
