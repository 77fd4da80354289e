import { describe, expect, it } from 'vitest';
import { groundOf, isKept, isMisplaced, placementOf } from '#shared/retention/keeping.ts';
import type { Hold } from '#shared/retention/holds.ts';
import type { RecordMark } from '#shared/vault/record-marks.ts';

const erasedAt = '2027-07-01T12:00:00.000Z';
const hold: Hold = {
  holdId: 'h1',
  datasets: ['device', 'gone-from-the-map'],
  exception: '17(3)(e)',
  reviewAt: '2028-01-01',
  placedAt: '2027-06-15T12:00:00.000Z',
};
const lifted = { ...hold, liftedAt: '2027-06-16T12:00:00.000Z' };
const mark = (change: Partial<RecordMark> = {}): RecordMark => ({
  sk: 'device#r1',
  dataset: 'device',
  scope: 'ordinary',
  ...change,
});

describe('G16: before the ordinary key is destroyed', () => {
  it.each([
    { what: 'under no hold', record: mark(), holds: [], scope: 'ordinary', heldBy: undefined },
    { what: 'under a hold', record: mark(), holds: [hold], scope: 'retained', heldBy: 'h1' },
    {
      what: 'under a hold, for which it was moved already',
      record: mark({ scope: 'retained', heldBy: 'h1' }),
      holds: [hold],
      scope: 'retained',
      heldBy: 'h1',
    },
    {
      what: 'that was moved for a hold that has ended',
      record: mark({ scope: 'retained', heldBy: 'h1' }),
      holds: [lifted],
      scope: 'ordinary',
      heldBy: undefined,
    },
    {
      what: 'that was moved for another hold',
      record: mark({ scope: 'retained', heldBy: 'h0' }),
      holds: [hold],
      scope: 'retained',
      heldBy: 'h1',
    },
    {
      what: 'that the map keeps, hold or not',
      record: mark({ dataset: 'billing', scope: 'retained' }),
      holds: [{ ...hold, datasets: 'all' as const }],
      scope: 'retained',
      heldBy: undefined,
    },
    {
      what: 'that the map keeps since it was stored',
      record: mark({ dataset: 'billing' }),
      holds: [],
      scope: 'retained',
      heldBy: undefined,
    },
    {
      what: 'that the map keeps no longer',
      record: mark({ scope: 'retained' }),
      holds: [],
      scope: 'retained',
      heldBy: undefined,
    },
    {
      what: 'of a dataset that the map no longer has',
      record: mark({ dataset: 'gone-from-the-map' }),
      holds: [hold],
      scope: 'retained',
      heldBy: 'h1',
    },
  ])('a record $what lies under the $scope key', ({ record, holds, scope, heldBy }) => {
    expect(placementOf(record, holds)).toEqual({ scope, heldBy });
    expect(isMisplaced(record, holds)).toBe(scope !== record.scope || heldBy !== record.heldBy);
    expect(isMisplaced({ ...record, ...placementOf(record, holds) }, holds)).toBe(false);
  });
});

describe('A6: a record stays', () => {
  it.each([
    { what: 'under the ordinary key', record: mark(), ground: undefined },
    {
      what: 'kept by the map, but under the ordinary key',
      record: mark({ dataset: 'billing' }),
      ground: undefined,
    },
    {
      what: 'under the retained key, kept by nothing',
      record: mark({ scope: 'retained' }),
      ground: undefined,
    },
    {
      what: 'of no dataset of the map',
      record: mark({ dataset: 'gone-from-the-map', scope: 'retained' }),
      ground: undefined,
    },
    {
      what: 'kept by the map',
      record: mark({ dataset: 'billing', scope: 'retained' }),
      ground: { ground: 'data-map', exception: '17(3)(b)', reviewAt: '2037-07-01' },
    },
    {
      what: 'kept by a hold, ended or not: it goes when it is released',
      record: mark({ scope: 'retained', heldBy: 'h1' }),
      ground: { ground: 'hold', exception: '17(3)(e)', reviewAt: '2028-01-01' },
    },
  ])('or goes, when it is $what', ({ record, ground }) => {
    expect(groundOf(record, [lifted], erasedAt)).toEqual(ground);
    expect(isKept(record)).toBe(ground !== undefined);
  });

  it('for no hold that nobody has placed', () => {
    expect(groundOf(mark({ scope: 'retained', heldBy: 'forged' }), [hold], erasedAt)).toBeUndefined();
  });
});
