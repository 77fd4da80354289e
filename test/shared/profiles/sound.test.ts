import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingsOf, type IndexEntry } from '#shared/profiles/sound.ts';

const receivedAt = '2027-06-15T12:00:00.000Z';
const ago = (days: number): string => new Date(Date.parse(receivedAt) - days * 86_400_000).toISOString();
const sound: IndexEntry = {
  profileId: 'profile-1',
  controllerId: 'shop',
  verifiedAt: ago(200),
  linkedAt: ago(200),
  lastSeenAt: ago(3),
  status: 'current',
  openedAt: ago(200),
};
const elsewhere: IndexEntry = { ...sound, profileId: 'profile-9', controllerId: 'other-shop' };
const openings = (entries: readonly IndexEntry[], now = receivedAt) => openingsOf(entries, receivedAt, now);
const opened = (entries: readonly IndexEntry[]): string[] =>
  openings(entries).map(({ profileId }) => profileId);

describe('A3: an identifier opens a profile alone', () => {
  it('where it is verified, current, unique, in use and linked before', () => {
    expect(openings([sound])).toEqual([{ profileId: 'profile-1', controllerId: 'shop' }]);
  });

  it.each([
    { kind: 'unverified', weak: { verifiedAt: undefined } },
    { kind: 'verified after the receipt', weak: { verifiedAt: ago(-0.001) } },
    { kind: 'not seen in use for 400 days', weak: { lastSeenAt: ago(400.001), linkedAt: ago(900) } },
    { kind: 'former', weak: { status: 'former' as const } },
    { kind: 'linked after the receipt', weak: { linkedAt: ago(-0.001), openedAt: ago(-0.001) } },
  ])('not where it is $kind, and other controllers are not touched by it', ({ weak }) => {
    expect(opened([{ ...sound, ...weak }])).toEqual([]);
    expect(opened([{ ...sound, ...weak }, elsewhere])).toEqual(['profile-9']);
  });

  it.each([
    { second: {}, of: 'equally good' },
    { second: { status: 'former' as const, formerAt: ago(90) }, of: 'former' },
    { second: { lastSeenAt: ago(500) }, of: 'stale' },
  ])('not where a second person of the controller has verified it, $of', ({ second }) => {
    const shared = { ...sound, ...second, profileId: 'profile-2' };

    expect(opened([sound, shared])).toEqual([]);
    expect(opened([shared, elsewhere, sound])).toEqual(['profile-9']);
  });

  it('where another only claims it: who never verified it takes nothing from the one who did', () => {
    const claimed = { ...sound, profileId: 'profile-2', verifiedAt: undefined };

    expect(opened([claimed, sound])).toEqual(['profile-1']);
    expect(opened([sound, { ...claimed, status: 'former', formerAt: ago(1) }])).toEqual(['profile-1']);
  });

  it('not by a request that was kept until the identifier had gone out of use', () => {
    const yearsLater = ago(-800);

    expect(openings([sound], yearsLater)).toEqual([]);
    expect(openings([{ ...sound, lastSeenAt: yearsLater }], yearsLater)).toHaveLength(1);
  });

  it('again where the second holder has been former for more than 90 days', () => {
    const longFormer = {
      ...sound,
      profileId: 'profile-2',
      holder: 'site/user-2',
      status: 'former' as const,
      formerAt: ago(90.001),
    };

    expect(opened([longFormer, sound])).toEqual(['profile-1']);
    expect(opened([longFormer])).toEqual([]);
  });

  it('still on the last of the 400 days, and where it was linked in the moment of receipt', () => {
    expect(opened([{ ...sound, lastSeenAt: ago(400) }])).toEqual(['profile-1']);
    expect(opened([{ ...sound, linkedAt: receivedAt, openedAt: receivedAt }])).toEqual(['profile-1']);
  });

  it('nothing where nothing is', () => {
    expect(openings([])).toEqual([]);
  });
});

describe('race 12: of an erased profile, of which something was retained', () => {
  const retained = { ...sound, profileId: 'erased-1', status: 'retained' as const };

  it('the identifier opens that, where nobody else holds it at that controller', () => {
    expect(opened([retained])).toEqual(['erased-1']);
    expect(opened([retained, elsewhere])).toEqual(['erased-1', 'profile-9']);
  });

  it('it takes nothing from who holds it now, and is not opened with that', () => {
    expect(opened([retained, sound])).toEqual(['profile-1']);
    expect(opened([sound, retained, { ...retained, profileId: 'erased-2' }])).toEqual(['profile-1']);
  });

  it.each([
    { what: 'a second erased profile', other: { ...retained, profileId: 'erased-2' } },
    { what: 'a former holder', other: { ...sound, status: 'former' as const, formerAt: ago(90) } },
  ])('it opens nothing beside $what', ({ other }) => {
    expect(opened([retained, other])).toEqual([]);
  });

  it('who only claims it takes nothing from it', () => {
    expect(opened([retained, { ...sound, verifiedAt: undefined }])).toEqual(['erased-1']);
  });

  it('A3: it opens nothing after 400 days, when the address may be another’s', () => {
    expect(opened([{ ...retained, lastSeenAt: ago(400.001) }])).toEqual([]);
  });
});

describe('A4: an identifier that came later than its profile', () => {
  it('opens for 14 days only what was stored after it', () => {
    const linkedAt = ago(13.999);

    expect(openings([{ ...sound, linkedAt }])).toEqual([
      { profileId: 'profile-1', controllerId: 'shop', storedFrom: linkedAt },
    ]);
  });

  it('opens all from the fourteenth day on', () => {
    expect(openings([{ ...sound, linkedAt: ago(14) }])).toEqual([
      { profileId: 'profile-1', controllerId: 'shop' },
    ]);
  });

  it('counts from its verification where that came later: called verified today, it opens nothing older', () => {
    const verifiedAt = ago(2);

    expect(openings([{ ...sound, verifiedAt }])).toEqual([
      { profileId: 'profile-1', controllerId: 'shop', storedFrom: verifiedAt },
    ]);
    expect(openings([{ ...sound, verifiedAt: ago(14) }])).toEqual([
      { profileId: 'profile-1', controllerId: 'shop' },
    ]);
  });

  it('is none where the profile was opened with it: a new account is not held back', () => {
    expect(openings([{ ...sound, linkedAt: ago(1), verifiedAt: ago(1), openedAt: ago(1) }])).toEqual([
      { profileId: 'profile-1', controllerId: 'shop' },
    ]);
  });
});

describe('A3: whatever stands in the index', () => {
  const entry = fc.record<IndexEntry>({
    profileId: fc.uuid(),
    controllerId: fc.constantFrom('a', 'b', 'c'),
    verifiedAt: fc.option(fc.integer({ min: -5, max: 500 }).map(ago), { nil: undefined }),
    linkedAt: fc.integer({ min: -5, max: 500 }).map(ago),
    lastSeenAt: fc.integer({ min: -5, max: 500 }).map(ago),
    status: fc.constantFrom('current', 'former', 'retained'),
    formerAt: fc.constant(undefined),
    openedAt: fc.integer({ min: 0, max: 500 }).map(ago),
  });

  it('a controller opens one profile at the most, and only where no other verified it', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const found = openings(entries);
        for (const { controllerId } of found) {
          const verified = entries.filter((one) => one.controllerId === controllerId && one.verifiedAt);
          const living = verified.filter(({ status }) => status !== 'retained');
          expect(living.length > 0 ? living : verified).toHaveLength(1);
        }
      }),
    );
  });

  it('what one controller holds decides nothing at another (A5)', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const apart = ['a', 'b', 'c'].flatMap((id) =>
          openings(entries.filter(({ controllerId }) => controllerId === id)),
        );
        const byId = (list: { profileId: string }[]) => list.map(({ profileId }) => profileId).sort();

        expect(byId(openings(entries))).toEqual(byId(apart));
      }),
    );
  });
});
