import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectIdOf, emptyHead, findBreak, nextEvent, type LedgerEvent } from '#shared/ledger/event.ts';

const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';

function chainOf(length: number): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (let n = 1; n <= length; n += 1) {
    const last = events.at(-1);
    events.push(
      nextEvent(last ?? emptyHead, {
        requestId,
        type: n === 1 ? 'submitted' : 'noted',
        at: new Date(Date.UTC(2027, 0, n)).toISOString(),
        actor: 'system',
        facts: { n, of: ['a', 'b'], done: false },
        effectId: effectIdOf(requestId, 'noted', n),
      }),
    );
  }
  return events;
}

/** One change of every field of an event. */
const changes: Record<keyof LedgerEvent, (event: LedgerEvent) => Partial<LedgerEvent>> = {
  requestId: () => ({ requestId: '0199d9a2-0000-7000-8000-000000000000' }),
  seq: ({ seq }) => ({ seq: seq + 1 }),
  type: () => ({ type: 'lapsed' }),
  at: ({ at }) => ({ at: at.replace('2027', '2026') }),
  actor: () => ({ actor: 'subject' }),
  facts: ({ facts }) => ({ facts: { ...facts, done: true } }),
  effectId: () => ({ effectId: effectIdOf(requestId, 'other') }),
  prevHash: () => ({ prevHash: 'f'.repeat(64) }),
  hash: () => ({ hash: 'f'.repeat(64) }),
};
const lengths = fc.integer({ min: 2, max: 12 });

describe('G02: the ledger of a request', () => {
  it('starts from zeros and hashes canonical JSON (RFC 8785), so that any language can check it', () => {
    const [first, second] = chainOf(2);
    const text =
      `{"actor":"system","at":"2027-01-01T00:00:00.000Z","effectId":"${effectIdOf(requestId, 'noted', 1)}",` +
      `"facts":{"done":false,"n":1,"of":["a","b"]},"prevHash":"${'0'.repeat(64)}","requestId":"${requestId}",` +
      '"seq":1,"type":"submitted"}';

    expect(first).toMatchObject({ seq: 1, prevHash: '0'.repeat(64) });
    expect(first?.hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(second).toMatchObject({ seq: 2, prevHash: first?.hash });
  });

  it('is unbroken as it was written', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        expect(findBreak(chainOf(length))).toBeUndefined();
      }),
    );
    expect(findBreak([])).toBeUndefined();
  });

  it.each(Object.keys(changes) as (keyof LedgerEvent)[])('tells where %s was changed', (field) => {
    fc.assert(
      fc.property(lengths, fc.nat(), (length, pick) => {
        const position = pick % length;
        const events = chainOf(length).map((event, n) =>
          n === position ? { ...event, ...changes[field](event) } : event,
        );

        expect(findBreak(events)).toBe(position + 1);
      }),
    );
  });

  it('tells where an event was dropped, swapped with the next, put in twice, or forged in between', () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (length, pick) => {
        const position = pick % (length - 1);
        const events = chainOf(length);
        const [here, next] = events.slice(position) as [LedgerEvent, LedgerEvent];
        const forged = nextEvent(position === 0 ? emptyHead : (events[position - 1] ?? emptyHead), {
          ...here,
          type: 'forged',
        });

        expect(findBreak(events.toSpliced(position, 1))).toBe(position + 1);
        expect(findBreak(events.toSpliced(position, 2, next, here))).toBe(position + 1);
        expect(findBreak(events.toSpliced(position, 0, here))).toBe(position + 2);
        // A forgery whose own hash is right breaks the chain at its successor.
        expect(findBreak(events.toSpliced(position, 1, forged))).toBe(position + 2);
      }),
    );
  });
});

describe('effectIdOf', () => {
  it('race 9: is the same for the same effect, and another for any other', () => {
    const ids = [
      effectIdOf('r1', 'link-issued', 0, 'a'),
      effectIdOf('r2', 'link-issued', 0, 'a'),
      effectIdOf('r1', 'planned', 0, 'a'),
      effectIdOf('r1', 'link-issued', 1, 'a'),
      effectIdOf('r1', 'link-issued', 0, 'b'),
      effectIdOf('r1', 'link-issued', 0),
    ];

    expect(effectIdOf('r1', 'link-issued', 0, 'a')).toBe(ids[0]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
