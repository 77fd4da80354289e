import * as z from 'zod';
import { queryAll, type Table } from '#shared/aws/table.ts';
import { keyedHash, verifyKeyedHash, type MacKey } from '#shared/keys/keyed-hash.ts';
import { messageIdOf } from './notices.ts';
import { PlanForged } from './tasks.ts';

/** The end of a notice's message; `toldMac` is there where the notice was handed to the service that delivers it. */
const endedRow = z.object({
  messageId: z.string(),
  state: z.enum(['pending', 'sent', 'dropped']),
  endedAt: z.string().optional(),
  toldMac: z.string().optional(),
});

type Sent = { readonly noticeId: string; readonly digest: string };
const fieldsOf = (requestId: string, { noticeId, digest }: Sent, at: string): string[] => [
  'told',
  requestId,
  noticeId,
  digest,
  at,
];

/**
 * The word of `send-message`, which alone can make it, that a notice with this digest went out, or that the service refuses to write to its
 * address. Without it another function could have the outbox say so, and an erasure would warn nobody (A25).
 */
export const toldMac = (noticeKey: MacKey, requestId: string, sent: Sent, at: string): Promise<string> =>
  keyedHash(noticeKey, ...fieldsOf(requestId, sent, at));

/**
 * When the last of these notices went out; '' where there is none.
 * @returns undefined while one waits to be sent
 * @throws PlanForged where one ended otherwise
 */
export async function lastTold(
  { requests, noticeKey }: { readonly requests: Table; readonly noticeKey: MacKey },
  requestId: string,
  notices: readonly Sent[],
): Promise<string | undefined> {
  const items = await queryAll(requests, `R#${requestId}`, `MSG#${messageIdOf('')}`);
  const ended = new Map(
    items.map((item) => endedRow.parse(item)).map((one) => [one.messageId, one] as const),
  );
  let last = '';
  for (const one of notices) {
    const { state, endedAt = '', toldMac: mac = '' } = ended.get(messageIdOf(one.noticeId)) ?? {};
    if (state === 'pending') return undefined;
    if (!(await verifyKeyedHash(noticeKey, mac, ...fieldsOf(requestId, one, endedAt))))
      throw new PlanForged(`a notice of request ${requestId} was not sent`);
    if (endedAt > last) last = endedAt;
  }
  return last;
}
