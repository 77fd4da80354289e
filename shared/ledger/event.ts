import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Facts of procedure: enums, opaque ids, counts, salted or keyed hashes. Never text of or about a person (G02, A18). */
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;
export type Actor = 'subject' | 'site' | 'system' | 'operator';

export type LedgerEvent = {
  readonly requestId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly actor: Actor;
  readonly facts: Facts;
  readonly effectId: string;
  readonly prevHash: string;
  readonly hash: string;
};
/** Where a request's chain stands: number and hash of its last event. */
export type LedgerHead = { readonly seq: number; readonly hash: string };
export const emptyHead: LedgerHead = { seq: 0, hash: '0'.repeat(64) };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Hash of an event: SHA-256 over its canonical JSON (RFC 8785) without `hash` itself. */
export function hashEvent(event: Omit<LedgerEvent, 'hash'>): string {
  const { requestId, seq, type, at, actor, facts, effectId, prevHash } = event;
  const text = canonicalize({ requestId, seq, type, at, actor, facts, effectId, prevHash });
  if (text === undefined) throw new TypeError('event is not JSON');
  return sha256(text);
}

/** The event that follows `head`. */
export function nextEvent(
  head: LedgerHead,
  event: Pick<LedgerEvent, 'requestId' | 'type' | 'at' | 'actor' | 'facts' | 'effectId'>,
): LedgerEvent {
  const chained = { ...event, seq: head.seq + 1, prevHash: head.hash };
  return { ...chained, hash: hashEvent(chained) };
}

/**
 * Names what an effect is, so that a repeated call knows its own work: the same request, event, attempt and detail give
 * the same id.
 */
export function effectIdOf(
  requestId: string,
  type: string,
  ...details: readonly (string | number)[]
): string {
  return sha256([requestId, type, ...details].join('\0')).slice(0, 32);
}

/** Number of the first event of a chain that does not follow from the one before it, or undefined where all do. */
export function findBreak(events: readonly LedgerEvent[]): number | undefined {
  let head = emptyHead;
  for (const event of events) {
    const sound =
      event.seq === head.seq + 1 && event.prevHash === head.hash && event.hash === hashEvent(event);
    if (!sound) return head.seq + 1;
    head = { seq: event.seq, hash: event.hash };
  }
  return undefined;
}
