import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '#shared/aws/table.ts';
import { findFault, type Heads } from '#shared/ledger/chain-fault.ts';
import { emptyHead, hashEvent, nextEvent, type LedgerEvent } from '#shared/ledger/event.ts';

const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const owner = `R#${requestId}`;
type Row = LedgerEvent & { pk: string; sk: string };

const rowOf = (event: LedgerEvent, seq = event.seq): Row => ({
  pk: owner,
  sk: String(seq).padStart(8, '0'),
  ...event,
});
/** The rows of a chain as the ledger has them. */
function chainOf(length: number): Row[] {
  const rows: Row[] = [];
  for (let n = 1; n <= length; n += 1) {
    const event = {
      requestId,
      type: `event-${n}`,
      at: '2027-01-01T00:00:00.000Z',
      actor: 'system',
      facts: { n },
      effectId: `e${n}`,
    } as const;
    rows.push(rowOf(nextEvent(rows.at(-1) ?? emptyHead, event)));
  }
  return rows;
}
const headOf = (rows: readonly Row[]) => {
  const last = rows.at(-1);
  return last && { seq: last.seq, hash: last.hash };
};
const headsOf = (rows: readonly Row[]): Heads => ({ before: headOf(rows), after: headOf(rows) });
const rehash = (row: Row, changes: Partial<LedgerEvent>): Row => ({
  ...row,
  ...changes,
  hash: hashEvent({ ...row, ...changes }),
});
const at = <T>(list: readonly T[], index: number): T => list[index] ?? expect.fail('too short');

/** A chain of up to twelve events, and one of them by its place from 0. */
const chains = fc
  .integer({ min: 2, max: 12 })
  .chain((length) => fc.tuple(fc.constant(length), fc.nat(length - 1)))
  .map(([length, place]) => ({ rows: chainOf(length), place }));
const holds = (check: (rows: Row[], place: number) => void): void => {
  fc.assert(
    fc.property(chains, ({ rows, place }) => {
      check(rows, place);
    }),
  );
};

describe('G02: the audit of a chain', () => {
  it('finds nothing in a chain as it was written, nor in one that grows meanwhile', () => {
    holds((rows, place) => {
      expect(findFault(owner, rows, headsOf(rows))).toBeUndefined();
      expect(
        findFault(owner, rows, { before: headOf(rows.slice(0, place)), after: headOf(rows) }),
      ).toBeUndefined();
      expect(
        findFault(owner, rows.slice(0, place + 1), {
          before: headOf(rows.slice(0, place + 1)),
          after: headOf(rows),
        }),
      ).toBeUndefined();
    });
    expect(findFault(owner, [], { before: undefined, after: undefined })).toBeUndefined();
  });

  it.each<[string, Item]>([
    ['type', { type: 'lapsed' }],
    ['time', { at: '2027-01-01T00:00:00.001Z' }],
    ['actor', { actor: 'subject' }],
    ['facts', { facts: { n: 0.5 } }],
    ['effect', { effectId: 'x' }],
    ['previous hash', { prevHash: 'f'.repeat(64) }],
    ['hash', { hash: 'f'.repeat(64) }],
    ['request', { requestId: '0199d9a2-0000-7000-8000-000000000000' }],
    ['form', { facts: 'text' }],
    ['row, by something beside it', { note: 'text' }],
  ])('names the event whose %s was changed', (_title, change) => {
    holds((rows, place) => {
      const tampered = rows.map((row, index): Item => (index === place ? { ...row, ...change } : row));

      expect(findFault(owner, tampered, headsOf(rows))).toEqual({ seq: place + 1, problem: 'changed' });
    });
  });

  it('names the event that was changed together with its hash, the first and the last too', () => {
    holds((rows, place) => {
      const tampered = rows.with(place, rehash(at(rows, place), { type: 'forged' }));

      expect(findFault(owner, tampered, headsOf(rows))).toEqual({ seq: place + 1, problem: 'changed' });
    });
  });

  it('names the event that was cut off from the one before, with a hash that fits', () => {
    holds((rows, place) => {
      const tampered = rows.with(place, rehash(at(rows, place), { prevHash: 'f'.repeat(64) }));

      expect(findFault(owner, tampered, headsOf(rows))).toEqual({ seq: place + 1, problem: 'changed' });
    });
  });

  it('names the last event where all from some event on was made anew', () => {
    holds((rows, place) => {
      const forged = rows.slice(0, place);
      for (const row of rows.slice(place)) {
        forged.push(rowOf(nextEvent(forged.at(-1) ?? emptyHead, { ...row, type: 'forged' })));
      }

      expect(findFault(owner, forged, headsOf(rows))).toEqual({ seq: rows.length, problem: 'changed' });
    });
  });

  it('names the event that is missing, the last and all of them too', () => {
    holds((rows, place) => {
      expect(findFault(owner, rows.toSpliced(place, 1), headsOf(rows))).toEqual({
        seq: place + 1,
        problem: 'missing',
      });
      expect(findFault(owner, rows.slice(0, place), headsOf(rows))).toEqual({
        seq: place + 1,
        problem: 'missing',
      });
    });
  });

  it('names the first of two events that changed places', () => {
    holds((rows, place) => {
      fc.pre(place < rows.length - 1);
      const [one, other] = [at(rows, place), at(rows, place + 1)];
      const tampered = rows.toSpliced(place, 2, { ...other, sk: one.sk }, { ...one, sk: other.sk });

      expect(findFault(owner, tampered, headsOf(rows))).toEqual({ seq: place + 1, problem: 'reordered' });
    });
  });

  it('names the place of an event that was moved over the next', () => {
    holds((rows, place) => {
      fc.pre(place < rows.length - 1);
      const moved = { ...at(rows, place), sk: at(rows, place + 1).sk };

      expect(findFault(owner, rows.toSpliced(place, 2, moved), headsOf(rows))).toEqual({
        ...{ seq: place + 1, problem: 'missing' },
      });
    });
  });

  it('names the first event where the chain of another request was laid', () => {
    const rows = chainOf(3);
    const other = 'R#0199d9a2-0000-7000-8000-000000000000';

    expect(findFault(other, rows, headsOf(rows))).toEqual({ seq: 1, problem: 'changed' });
  });

  it('names the event that nobody but the ledger knows', () => {
    holds((rows, place) => {
      const known = rows.slice(0, place);
      const later = { before: headOf(known), after: headOf(known) };
      const odd = [...rows, { ...at(rows, 0), sk: `${at(rows, rows.length - 1).sk}x` }];

      expect(findFault(owner, rows, later)).toEqual({ seq: place + 1, problem: 'added' });
      expect(findFault(owner, odd, headsOf(rows))).toEqual({ seq: rows.length + 1, problem: 'added' });
    });
  });

  it('names the first of several faults', () => {
    const rows = chainOf(9);
    const tampered = rows.with(6, { ...at(rows, 6), type: 'x' }).toSpliced(2, 1);

    expect(findFault(owner, tampered, headsOf(rows))).toEqual({ seq: 3, problem: 'missing' });
  });
});
