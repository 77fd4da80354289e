import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identifierChanges,
  type LinkedIdentifier,
  type NamedIdentifier,
} from '#shared/profiles/identifier-changes.ts';

const now = '2027-06-15T12:00:00.000Z';
const hoursAgo = (hours: number): string => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
const linked: LinkedIdentifier = {
  kind: 'email',
  hash: 'hash-a',
  verifiedAt: hoursAgo(1_000),
  linkedAt: hoursAgo(2_000),
  lastSeenAt: hoursAgo(30),
  status: 'current',
};
const named: NamedIdentifier = { kind: 'email', hash: 'hash-a', verified: true };

/** The identifiers of a profile after a call. */
function after(
  rows: readonly LinkedIdentifier[],
  call: readonly NamedIdentifier[],
  at = now,
): LinkedIdentifier[] {
  const known = new Map(rows.map((row) => [`${row.kind}#${row.hash}`, row]));
  for (const { row } of identifierChanges(rows, call, at)) known.set(`${row.kind}#${row.hash}`, row);
  return [...known.values()];
}

describe('identifierChanges', () => {
  it('links a new one as of now', () => {
    expect(identifierChanges([], [named], now)).toEqual([
      {
        action: 'link',
        row: {
          kind: 'email',
          hash: 'hash-a',
          verifiedAt: now,
          linkedAt: now,
          lastSeenAt: now,
          status: 'current',
          settled: true,
        },
      },
    ]);
  });

  it('A4: makes the one that it replaces former, in the same change', () => {
    expect(identifierChanges([linked], [{ ...named, hash: 'hash-b' }], now)).toEqual([
      { action: 'update', row: { ...linked, status: 'former', formerAt: now } },
      {
        action: 'link',
        row: {
          kind: 'email',
          hash: 'hash-b',
          verifiedAt: now,
          linkedAt: now,
          lastSeenAt: now,
          status: 'current',
        },
      },
    ]);
  });

  it('A4: one that comes back counts as newly linked', () => {
    const former = { ...linked, status: 'former' as const, formerAt: hoursAgo(5) };

    const [change] = identifierChanges([former], [named], now);

    expect(change).toEqual({
      action: 'update',
      row: {
        ...linked,
        verifiedAt: now,
        linkedAt: now,
        lastSeenAt: now,
        status: 'current',
        formerAt: undefined,
        settled: true,
      },
    });
  });

  it.each([
    { what: 'the first verified one of its kind', before: [], settled: true },
    { what: 'one after an unverified one', before: [{ ...linked, verifiedAt: undefined }], settled: true },
    { what: 'one after another', before: [linked], settled: undefined },
    {
      what: 'one after another whose verification was taken away',
      before: [{ ...linked, verifiedAt: undefined, lastVerifiedAt: hoursAgo(1) }],
      settled: undefined,
    },
  ])('A25: what settles an address when it is linked: $what', ({ before, settled }) => {
    const change = identifierChanges(before, [{ ...named, hash: 'hash-b' }], now).at(-1);

    expect(change?.row.hash).toBe('hash-b');
    expect(change?.row.settled).toBe(settled);
  });

  it.each([
    { stood: 24, settled: true },
    { stood: 23.9, settled: undefined },
  ])('A25: one that comes back after it stood for $stood hours', ({ stood, settled }) => {
    const passing = { ...linked, linkedAt: hoursAgo(stood + 1), status: 'former' as const };

    const [change] = identifierChanges([{ ...passing, formerAt: hoursAgo(1) }], [named], now);

    expect(change?.row).toMatchObject({ linkedAt: now });
    expect(change?.row.settled).toBe(settled);
  });

  it.each([
    { call: 'named as verified a day later', row: {}, verified: true, seen: now, since: linked.verifiedAt },
    {
      call: 'named as verified within a day',
      row: { lastSeenAt: hoursAgo(23.9) },
      verified: true,
      seen: undefined,
      since: undefined,
    },
    {
      call: 'named, no longer verified',
      row: {},
      verified: false,
      seen: linked.lastSeenAt,
      since: undefined,
    },
    {
      call: 'named, still not verified',
      row: { verifiedAt: undefined },
      verified: false,
      seen: undefined,
      since: undefined,
    },
    {
      call: 'verified at last, within a day',
      row: { verifiedAt: undefined, lastSeenAt: hoursAgo(1) },
      verified: true,
      seen: now,
      since: now,
    },
  ])('A3, A4: in use means named as verified: $call', ({ row, verified, seen, since }) => {
    const changes = identifierChanges([{ ...linked, ...row }], [{ ...named, verified }], now);

    expect(changes.map((change) => change.row.lastSeenAt)).toEqual(seen === undefined ? [] : [seen]);
    for (const change of changes)
      expect(change.row).toMatchObject({ linkedAt: linked.linkedAt, verifiedAt: since });
  });

  it('A4: verification that was broken off counts anew', () => {
    const [broken] = after([linked], [{ ...named, verified: false }], hoursAgo(2));
    const [again] = after(broken ? [broken] : [], [named]);

    expect(broken).toMatchObject({ verifiedAt: undefined });
    expect(again).toMatchObject({ verifiedAt: now });
  });

  const former = { status: 'former' as const, formerAt: hoursAgo(50) };
  it.each([
    { what: 'one that is taken from a current address', row: {}, kept: now },
    { what: 'one that an address had until it was replaced', row: former, kept: hoursAgo(50) },
    {
      what: 'one that was taken before, of an address that comes back',
      row: { ...former, verifiedAt: undefined, lastVerifiedAt: hoursAgo(70) },
      kept: hoursAgo(70),
    },
    { what: 'none', row: { ...former, verifiedAt: undefined }, kept: undefined },
  ])('A25: a verification that a call takes away is remembered: $what', ({ row, kept }) => {
    const [change] = identifierChanges([{ ...linked, ...row }], [{ ...named, verified: false }], now);

    expect(change?.row).toMatchObject({ status: 'current', verifiedAt: undefined });
    expect(change?.row.lastVerifiedAt).toBe(kept);
  });

  it('A25: it stays when the address is replaced, and goes when it is verified again', () => {
    const taken = after([linked], [{ ...named, verified: false }], hoursAgo(2));

    const replaced = after(taken, [{ ...named, hash: 'hash-b' }]);
    const again = after(taken, [named]);

    expect(replaced[0]).toMatchObject({ status: 'former', lastVerifiedAt: hoursAgo(2) });
    expect(again[0]).toMatchObject({ verifiedAt: now, lastVerifiedAt: undefined });
  });

  it('leaves alone what a call does not name', () => {
    expect(identifierChanges([linked], [], now)).toEqual([]);
    expect(
      identifierChanges([linked], [{ kind: 'phone', hash: 'hash-p', verified: true }], now),
    ).toMatchObject([{ action: 'link', row: { kind: 'phone' } }]);
  });
});

describe('after any calls', () => {
  const call = fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('email' as const, 'phone' as const),
      hash: fc.constantFrom('a', 'b', 'c'),
      verified: fc.boolean(),
    }),
    { selector: ({ kind }) => kind, maxLength: 2 },
  );
  const calls = fc.array(call, { maxLength: 8 });
  const play = (all: readonly NamedIdentifier[][]): LinkedIdentifier[] =>
    all.reduce<LinkedIdentifier[]>((rows, one, hour) => after(rows, one, hoursAgo(-10 * hour)), []);

  it('A4: a kind has at most one current identifier, the one named last, and none is forgotten', () => {
    fc.assert(
      fc.property(calls, (all) => {
        const rows = play(all);
        for (const kind of ['email', 'phone'] as const) {
          const names = all.flat().filter((one) => one.kind === kind);
          const current = rows.filter((row) => row.kind === kind && row.status === 'current');

          expect(current.map(({ hash }) => hash)).toEqual(names.slice(-1).map(({ hash }) => hash));
          expect(new Set(rows.filter((row) => row.kind === kind).map(({ hash }) => hash))).toEqual(
            new Set(names.map(({ hash }) => hash)),
          );
        }
      }),
    );
  });

  it('the same call again changes nothing', () => {
    fc.assert(
      fc.property(calls, call, (all, last) => {
        expect(identifierChanges(after(play(all), last), last, now)).toEqual([]);
      }),
    );
  });
});
