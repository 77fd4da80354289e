import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldChecksums, findChanges } from '#shared/receipts/field-checksums.ts';
import type { ReceiptProblem } from '#shared/receipts/verify-receipt.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import { jwks } from './example-receipt.ts';
import { content, reencode, signed } from './forged-receipt.ts';
import { changeLeaf } from './leaves.ts';

type List = { path: string; length: number; about?: (index: number) => string };
const { controllers, remainingCopies } = content;
/** The lists of the example from which an entry can go and others stay. */
const lists: List[] = [
  { path: 'controllers', length: controllers.length },
  ...controllers.flatMap(({ places }, n) =>
    places.map(({ datasets }, m) => ({
      path: `controllers.${n}.places.${m}.datasets`,
      length: datasets.length,
      about: (index: number) => datasets[index]?.dataset ?? '',
    })),
  ),
  {
    path: 'remainingCopies',
    length: remainingCopies.length,
    about: (index) => remainingCopies[index]?.what ?? '',
  },
];

/** A copy without some entries of one list. */
function takeOut(path: string, indexes: readonly number[]): Record<string, unknown> {
  const list = path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], signed);
  return changeLeaf(
    signed,
    path,
    (list as unknown[]).filter((_, index) => !indexes.includes(index)),
  );
}
const byChecksums = async (value: object): Promise<ReceiptProblem[]> =>
  (await verifyReceipt(reencode(value), jwks)).problems.filter(({ problem }) =>
    ['taken-out', 'checksum-differs', 'fewer-fields'].includes(problem),
  );

describe('A6: entries that were taken out of a receipt', () => {
  it('are named, wherever they stood, and nothing that stayed is called changed', async () => {
    const some = fc
      .constantFrom(...lists)
      .chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.subarray([...Array(list.length).keys()], { minLength: 1, maxLength: list.length - 1 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(some, async ([{ path, about }, indexes]) => {
        expect(await byChecksums(takeOut(path, indexes))).toEqual(
          indexes.map((index) => ({
            ...{ field: `${path}.${index}`, problem: 'taken-out' },
            ...(about && { about: about(index) }),
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('are named though another field was changed, and that one by its place in the file', async () => {
    const changed = changeLeaf(takeOut('controllers', [0]), 'controllers.0.name', 'Eve');

    expect(await byChecksums(changed)).toEqual([
      { field: 'controllers.0', problem: 'taken-out' },
      { field: 'controllers.0.name', problem: 'checksum-differs' },
    ]);
  });

  it('a field that not every receipt has, taken out: it is said that something is gone', async () => {
    expect(await byChecksums(changeLeaf(signed, 'refersTo', undefined))).toEqual([
      { field: 'payload', problem: 'fewer-fields' },
    ]);
  });

  it('of an untouched one none is', async () => {
    expect(await byChecksums(signed)).toEqual([]);
  });
});

describe('a checksum that another field has as well', () => {
  it('takes nothing for gone where no field is missing: a sound receipt stays sound', () => {
    const longer = { right: 'erasure', datasets: [{ dataset: 'account' }, { dataset: 'billing' }] };
    // As many checksums as fields, and one of them is that of an entry that was never there.
    const checksums = fieldChecksums({ datasets: longer.datasets });
    const honest = { right: 'erasure', datasets: [{ dataset: 'account' }] };

    expect(findChanges(honest, checksums)).toEqual({ changed: ['right'], takenOut: [], hasFewer: false });
  });
});
