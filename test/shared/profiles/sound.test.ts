import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingsOf, type IndexEntry } from '#shared/profiles/sound.ts';

const receivedAt = '2027-06-15T12:00:00.000Z';
const ago = (days: number): string => new Date(Date.parse(receivedAt) - days * 86_400_000).toISOString();
const sound: IndexEntry = {
  profileId: 'profile-1',
  controllerId: 'shop',
  verified: true,
  linkedAt: ago(200),
  lastSeenAt: ago(3),
  status: 'current',
  openedAt: ago(200),
};
const elsewhere: IndexEntry = { ...sound, profileId: 'profile-9', controllerId: 'other-shop' };
const opened = (entries: readonly IndexEntry[]): string[] =>
  openingsOf(entries, receivedAt).map(({ profileId }) => profileId);

describe('A3: an identifier opens a profile alone', () => {
  it('where it is verified, current, unique, in use and linked before', () => {
    expect(openingsOf([sound], receivedAt)).toEqual([{ profileId: 'profile-1', controllerId: 'shop' }]);
  });

  it.each([
    { kind: 'unverified', weak: { verified: false } },
    { kind: 'not seen in use for 400 days', weak: { lastSeenAt: ago(400.001), linkedAt: ago(900) } },
    { kind: 'former', weak: { status: 'former' as const } },
    { kind: 'of retained data only', weak: { status: 'retained' as const } },
    { kind: 'linked after the receipt', weak: { linkedAt: ago(-0.001), openedAt: ago(-0.001) } },
  ])('not where it is $kind, and other controllers are not touched by it', ({ weak }) => {
    expect(opened([{ ...sound, ...weak }])).toEqual([]);
    expect(opened([{ ...sound, ...weak }, elsewhere])).toEqual(['profile-9']);
  });

  it.each([
    { second: {}, of: 'equally good' },
    { second: { verified: false }, of: 'unverified' },
    { second: { status: 'former' as const }, of: 'former' },
    { second: { lastSeenAt: ago(500) }, of: 'stale' },
  ])('not where a second profile of the controller has it, $of or not', ({ second }) => {
    const shared = { ...sound, ...second, profileId: 'profile-2' };

    expect(opened([sound, shared])).toEqual([]);
    expect(opened([shared, elsewhere, sound])).toEqual(['profile-9']);
  });

  it('still on the last of the 400 days, and where it was linked in the moment of receipt', () => {
    expect(opened([{ ...sound, lastSeenAt: ago(400) }])).toEqual(['profile-1']);
    expect(opened([{ ...sound, linkedAt: receivedAt, openedAt: receivedAt }])).toEqual(['profile-1']);
  });

  it('nothing where nothing is', () => {
    expect(openingsOf([], receivedAt)).toEqual([]);
  });
});

describe('A4: an identifier that came later than its profile', () => {
  it('opens for 14 days only what was stored after it', () => {
    const linkedAt = ago(13.999);

    expect(openingsOf([{ ...sound, linkedAt }], receivedAt)).toEqual([
      { profileId: 'profile-1', controllerId: 'shop', storedFrom: linkedAt },
    ]);
  });

  it('opens all from the fourteenth day on', () => {
    expect(openingsOf([{ ...sound, linkedAt: ago(14) }], receivedAt)).toEqual([
      { profileId: 'profile-1', controllerId: 'shop' },
    ]);
  });

  it('is none where the profile was opened with it: a new account is not held back', () => {
    expect(openingsOf([{ ...sound, linkedAt: ago(1), openedAt: ago(1) }], receivedAt)).toEqual([
      { profileId: 'profile-1', controllerId: 'shop' },
    ]);
  });
});

describe('A3: whatever stands in the index', () => {
  const entry = fc.record<IndexEntry>({
    profileId: fc.uuid(),
    controllerId: fc.constantFrom('a', 'b', 'c'),
    verified: fc.boolean(),
    linkedAt: fc.integer({ min: -5, max: 500 }).map(ago),
    lastSeenAt: fc.integer({ min: -5, max: 500 }).map(ago),
    status: fc.constantFrom('current', 'former', 'retained'),
    openedAt: fc.integer({ min: 0, max: 500 }).map(ago),
  });

  it('a controller opens at most one profile, and only where it names a single one', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const openings = openingsOf(entries, receivedAt);
        const controllers = openings.map(({ controllerId }) => controllerId);

        expect(new Set(controllers).size).toBe(controllers.length);
        for (const { controllerId } of openings)
          expect(entries.filter((one) => one.controllerId === controllerId)).toHaveLength(1);
      }),
    );
  });

  it('what one controller holds decides nothing at another (A5)', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const apart = ['a', 'b', 'c'].flatMap((id) =>
          openingsOf(
            entries.filter(({ controllerId }) => controllerId === id),
            receivedAt,
          ),
        );
        const byId = (list: { profileId: string }[]) => list.map(({ profileId }) => profileId).sort();

        expect(byId(openingsOf(entries, receivedAt))).toEqual(byId(apart));
      }),
    );
  });
});
