import * as z from 'zod';
import { invoke, type Callee } from '#shared/aws/invoke.ts';
import type { Table } from '#shared/aws/table.ts';
import { id, instant } from '#shared/http/fields.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Answer } from '#shared/http/route.ts';
import { readReceipt } from '#shared/requests/receipt-store.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { isOpen, rights, states } from '#shared/requests/states.ts';
import { withheldOf, withheldView } from './withheld-view.ts';
import { releaseOutput } from '../invoked/release/contract.ts';

const places = z.array(
  z.strictObject({
    place: z.literal('vault'),
    status: z.enum(['waiting', 'in-progress', 'done', 'ended']),
    assurance: z.literal('vendor-scanned').optional(),
  }),
);
/** A request as sites and data subjects see it. */
export const requestView = {
  requestId: id,
  right: z.enum(rights),
  status: z.enum(states),
  receivedAt: instant,
  dueAt: instant,
  places,
  coolingOffUntil: instant.optional().meta({
    description: 'Of an erasure: it begins after that, and can be stopped until then. RFC 3339, UTC',
  }),
  withheld: z.array(withheldView).optional().meta({
    description:
      'What is not given out, or not erased, and why. Of an erasure that has ended: of which controller and, where the proof shows it, of which dataset',
  }),
};
export const bundleView = z.strictObject({ expiresAt: instant, linksLeft: z.int(), count: z.int() });
export const downloadBody = z
  .strictObject({ bundle: z.int().min(1).max(1_000).optional() })
  .meta({ id: 'DownloadChoice' });
export const downloadLink = z
  .strictObject({ url: z.url(), expiresAt: instant, linksLeft: z.int() })
  .meta({ id: 'DownloadLink', description: 'Valid for 300 seconds; at most five are given' });

/** The receipt of an erasure as it is stored. */
export const receiptResponse = {
  description: 'The receipt, a JWS in compact form',
  contentType: 'application/jose',
  schema: z.string(),
} as const;

/** @throws Problem not-ready before the end, nothing-to-give where nothing was in reach. */
export async function answerReceipt(requests: Table, request: RequestRecord): Promise<Answer> {
  const { right, state } = request;
  const ended = state === 'fulfilled' || state === 'partly-fulfilled';
  if (right !== 'erasure' || !ended) throw new Problem('not-ready');
  const receipt = await readReceipt(requests, request);
  if (!receipt) throw new Problem('nothing-to-give');
  return { status: 200, body: receipt.jws };
}

type View = z.output<z.ZodObject<typeof requestView>>;
/** @param jws the receipt of an erasure that has ended, which names what was withheld */
export function viewOf(request: RequestRecord, jws?: string): View {
  const { requestId, right, state, receivedAt, dueAt, receipt, coolingOffUntil, withheld } = request;
  const answered = state === 'fulfilled' || state === 'partly-fulfilled';
  const working = state === 'in-progress' || state === 'needs-attention';
  const status = answered ? 'done' : working ? 'in-progress' : isOpen(state) ? 'waiting' : 'ended';
  // Of an erasure only a receipt says that somebody looked.
  const isVouched = answered && (right !== 'erasure' || receipt !== undefined);
  const assurance = isVouched ? ({ assurance: 'vendor-scanned' } as const) : {};
  return {
    ...{ requestId, right, receivedAt, dueAt, status: state },
    places: [{ place: 'vault', status, ...assurance }],
    ...(coolingOffUntil === undefined ? {} : { coolingOffUntil }),
    ...(withheld ? { withheld: withheldOf(withheld, jws) } : {}),
  };
}

/** A link to a bundle, or the problem that says why there is none. */
export async function answerLink(release: Callee, requestId: string, number = 1): Promise<Answer> {
  const answer = await invoke(release, { requestId, number }, releaseOutput);
  if (!answer.released) throw new Problem(answer.reason);
  const { url, expiresAt, linksLeft } = answer;
  return { status: 201, body: { url, expiresAt, linksLeft } };
}
