import { describe, expect, it } from 'vitest';
import { copyKinds } from '#shared/receipts/receipt-content.ts';
import { receiptStatement, type ReceiptUnsound } from '#shared/receipts/receipt-statement.ts';
import { remainingCopies } from '#shared/receipts/remaining-copies.ts';
import { copiesThatRemain, findUnsound } from '#shared/receipts/soundness.ts';
import { concludedAt, exampleContent, exampleWith, settings, withheldPlace } from './example-receipt.ts';

const refused = (field: string, problem: ReceiptUnsound['problem']) =>
  expect.objectContaining({ name: 'ReceiptUnsound', field, problem }) as Error;

describe('A9: no receipt without its horizon', () => {
  it.each([...new Set(exampleContent().remainingCopies.map(({ what }) => what))])(
    'where %s are not among the remaining copies',
    (what) => {
      const { remainingCopies: all } = exampleContent();
      const content = exampleContent({
        remainingCopies: all.filter((copy) => copy.what !== what),
      });

      expect(() => receiptStatement(content)).toThrow(refused('remainingCopies', 'horizon-not-stated'));
    },
  );

  it('where a copy is said to end before the keys went', () => {
    const [first, ...others] = exampleContent().remainingCopies;
    const early = { what: 'keys' as const, until: '2026-11-25T20:00:05.119Z', endedBy: 'service' as const };

    expect(first?.what).toBe('keys');
    expect(() => receiptStatement(exampleContent({ remainingCopies: [early, ...others] }))).toThrow(
      refused('remainingCopies.0.until', 'times-out-of-order'),
    );
  });

  describe('where everything was withheld', () => {
    const [withheld] = withheldPlace.datasets;
    const [controller] = exampleWith({ ...withheldPlace, datasets: [withheld] }).controllers;
    const remaining = remainingCopies(settings, { concludedAt, kept: [] });
    const content = exampleContent({
      controllers: controller ? [controller] : [],
      remainingCopies: remaining,
    });

    it('none of its data is wanted', () => {
      expect(findUnsound(content)).toEqual([]);
    });

    it.each(remaining.map(({ what }) => what))('%s is, as of every request', (what) => {
      const without = { ...content, remainingCopies: remaining.filter((copy) => copy.what !== what) };

      expect(findUnsound(without)).toEqual([{ field: 'remainingCopies', problem: 'horizon-not-stated' }]);
    });
  });

  it('every kind that can remain is asked for', () => {
    const asked = Object.values(copiesThatRemain).flat();

    expect(asked.toSorted()).toEqual([...copyKinds].toSorted());
  });
});
