import { describe, expect, it } from 'vitest';
import { holdOf, type Hold } from '#shared/retention/holds.ts';

const hold = (holdId: string, change: Partial<Hold> = {}): Hold => ({
  holdId,
  datasets: 'all',
  exception: '17(3)(e)',
  reviewAt: '2028-01-01',
  placedAt: '2027-06-15T12:00:00.000Z',
  ...change,
});
const lifted = { liftedAt: '2027-06-16T12:00:00.000Z' };

describe('G16: the hold that keeps a dataset', () => {
  it.each([
    { of: 'none', holds: [], keeper: undefined },
    { of: 'one over everything', holds: [hold('a')], keeper: 'a' },
    { of: 'one that names it', holds: [hold('a', { datasets: ['billing', 'device'] })], keeper: 'a' },
    { of: 'one that names others', holds: [hold('a', { datasets: ['billing'] })], keeper: undefined },
    { of: 'one that was lifted', holds: [hold('a', lifted)], keeper: undefined },
    { of: 'one in force beside one that was lifted', holds: [hold('a', lifted), hold('b')], keeper: 'b' },
    {
      of: 'two, the one that is reviewed last',
      holds: [hold('b', { reviewAt: '2028-01-01' }), hold('a', { reviewAt: '2028-02-01' }), hold('c')],
      keeper: 'a',
    },
    // Whichever order they are read in, the same: each record must name one.
    { of: 'two of one day', holds: [hold('a'), hold('b')], keeper: 'b' },
    { of: 'the same two, the other way round', holds: [hold('b'), hold('a')], keeper: 'b' },
  ])('of $of', ({ holds, keeper }) => {
    expect(holdOf('device', holds)?.holdId).toBe(keeper);
  });
});
