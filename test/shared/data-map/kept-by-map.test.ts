import { describe, expect, it } from 'vitest';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import { keptByMap, lastDay } from '#shared/data-map/kept-by-map.ts';

const keysDestroyedAt = '2026-11-25T20:00:05.120Z';
const ground = { en: 'law', de: 'Gesetz' };

describe('G16: what the data map keeps', () => {
  it('names exception and review date: the last day of the term', () => {
    expect(keptByMap('billing', keysDestroyedAt)).toEqual({
      ...{ ground: 'data-map', exception: '17(3)(b)', reviewAt: '2036-11-25' },
    });
    // The consent ends with the erasure; its proof is locked for three years from then.
    expect(keptByMap('consent', keysDestroyedAt)).toEqual({
      ...{ ground: 'data-map', exception: '17(3)(e)', reviewAt: '2029-11-25' },
    });
    expect(keptByMap('disclosure', '2028-02-29T23:59:59.999Z')?.reviewAt).toBe('2031-03-01');
  });

  it.each([
    ['2027-06-01', { active: { for: 'P1Y' }, locked: 'none' }],
    ['2026-06-01', { active: { while: 'account-lives' }, locked: 'none' }],
    ['2026-07-01', { active: { while: 'account-lives' }, locked: { for: 'P30D', ground } }],
    ['2029-06-01', { active: { for: 'P1Y' }, locked: { for: 'P2Y', ground } }],
    ['2036-06-01', { active: { for: 'P1Y' }, locked: { until: 'P10Y', ground } }],
    ['2028-06-01', { active: { for: 'P2Y' }, locked: { until: 'P1Y', ground } }],
  ] as const)('is kept until %s by %j', (last, retention) => {
    expect(lastDay(retention, '2026-06-01')).toBe(last);
  });

  it('is what erasure does not delete, and nothing else', () => {
    const names = Object.keys(dataMap) as DatasetName[];
    const keptNames = names.filter((name) => keptByMap(name, keysDestroyedAt) !== undefined);

    expect(keptNames).toEqual(['billing', 'consent', 'disclosure']);
  });
});
