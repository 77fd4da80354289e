import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptContent, type ReceiptContent } from '#shared/receipts/receipt-content.ts';
import {
  datasetInReceipt,
  receiptStatement,
  type ReceiptUnsound,
} from '#shared/receipts/receipt-statement.ts';
import { findUnsound, type Unsoundness } from '#shared/receipts/soundness.ts';
import {
  concludedAt,
  erasedPlace,
  exampleContent,
  exampleWith,
  kept,
  withheldPlace,
} from './example-receipt.ts';
import { changeLeaf, leavesOf } from './leaves.ts';

const refused = (field: string, problem: ReceiptUnsound['problem']) =>
  expect.objectContaining({ name: 'ReceiptUnsound', field, problem }) as Error;
const place = 'controllers.0.places.0';

describe('receiptStatement', () => {
  it('A19: is of the typ of receipts, and its hash is that of its bytes', () => {
    const { typ, payload, contentHash } = receiptStatement(exampleContent());

    expect(typ).toBe('data-rights-receipt+jwt');
    expect(createHash('sha256').update(payload).digest('base64url')).toBe(contentHash);
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toMatchObject({ ...exampleContent() });
  });

  it('is the same bytes for the same content, whatever the order of its fields', () => {
    const content = exampleContent();
    const turned = Object.fromEntries(Object.entries(content).toReversed()) as ReceiptContent;

    expect(receiptStatement(turned)).toEqual(receiptStatement(content));
    expect(receiptStatement({ ...content, refersTo: undefined }).contentHash).not.toBe(
      receiptStatement(content).contentHash,
    );
  });

  it('race 4: what an earlier request erased is stated with the time of then', () => {
    const before = {
      outcome: 'already-erased',
      keysDestroyedAt: '2026-03-01T00:00:00.000Z',
      datasets: [kept('consent', 2)],
    };

    expect(() => receiptStatement(exampleWith(before))).not.toThrow();
  });

  it('is signed for datasets of the map only; what the map no longer has goes under one name', () => {
    expect(() => receiptStatement(exampleWith({}, { dataset: 'alice' }))).toThrow(
      refused(`${place}.datasets.0.dataset`, 'not-in-data-map'),
    );
    expect(datasetInReceipt('alice')).toBe('unmapped');
    expect(datasetInReceipt('account')).toBe('account');
    expect(() => receiptStatement(exampleWith({}, { dataset: datasetInReceipt('alice') }))).not.toThrow();
  });
});

describe('A6: no receipt', () => {
  const cases: [title: string, field: string, problem: Unsoundness | 'malformed', content: ReceiptContent][] =
    [
      [
        'where more was found than accounted for',
        `${place}.datasets.0`,
        'sum-differs',
        exampleWith({}, { found: 2 }),
      ],
      [
        'where less was found than accounted for',
        `${place}.datasets.0`,
        'sum-differs',
        exampleWith({}, { found: 0 }),
      ],
      [
        'where something is left and nobody says why',
        `${place}.datasets.0`,
        'residual-not-stated',
        exampleWith({}, { erased: 0, residual: 1 }),
      ],
      [
        'where something was erased from what was withheld',
        `${place}.datasets.0`,
        'erased-without-key-destruction',
        exampleWith({ ...withheldPlace, datasets: erasedPlace.datasets }),
      ],
      [
        'where something was kept and no ground is given',
        `${place}.datasets.0`,
        'kept-without-ground',
        exampleWith({}, { erased: 0, retained: 1 }),
      ],
      [
        'where something was kept until nobody knows when',
        `${place}.datasets.0`,
        'kept-without-ground',
        exampleWith({}, { erased: 0, retained: 1, ground: 'hold', exception: '17(3)(e)' }),
      ],
      [
        'where a ground is given for what was not kept',
        `${place}.datasets.0`,
        'ground-without-kept',
        exampleWith({}, { exception: '17(3)(e)' }),
      ],
      [
        'where what was left in use is said to be kept',
        `${place}.datasets.0`,
        'withheld-as-kept',
        exampleWith({ ...withheldPlace, datasets: [kept('consent', 2)] }),
      ],
      [
        'where what the map keeps was due for review before the request came',
        `${place}.datasets.0`,
        'times-out-of-order',
        exampleWith(
          {},
          { erased: 0, retained: 1, ground: 'data-map', exception: '17(3)(e)', reviewAt: '2026-11-23' },
        ),
      ],
      [
        'where the vault was not scanned',
        `${place}.assurance`,
        'not-scanned',
        exampleWith({ assurance: 'site-reported' }),
      ],
      [
        'where keys went before the request came',
        `${place}.keysDestroyedAt`,
        'times-out-of-order',
        exampleWith({ keysDestroyedAt: '2026-11-24T17:59:59.999Z' }),
      ],
      [
        'where keys went after the end',
        `${place}.keysDestroyedAt`,
        'times-out-of-order',
        exampleWith({ keysDestroyedAt: '2026-11-25T20:15:07.481Z' }),
      ],
      [
        'where the end is before the beginning',
        'concludedAt',
        'times-out-of-order',
        exampleContent({ receivedAt: '2026-11-26T00:00:00.000Z' }),
      ],
      [
        'where a dataset is listed twice',
        `${place}.datasets.1.dataset`,
        'listed-twice',
        exampleWith({ datasets: [...erasedPlace.datasets.slice(0, 1), ...erasedPlace.datasets.slice(0, 1)] }),
      ],
      [
        'where a controller is listed twice',
        'controllers.1.controllerId',
        'listed-twice',
        exampleContent({
          controllers: [
            ...exampleContent().controllers.slice(0, 1),
            ...exampleContent().controllers.slice(0, 1),
          ],
        }),
      ],
      [
        'where keys went and a place gives no time',
        `${place}.keysDestroyedAt`,
        'malformed',
        exampleWith({ keysDestroyedAt: undefined }),
      ],
      ['of nothing', 'controllers', 'malformed', exampleContent({ controllers: [] })],
    ];

  it.each(cases)('%s', (_title, field, problem, content) => {
    expect(() => receiptStatement(content)).toThrow(refused(field, problem));
  });

  it('for a residue planted in any dataset of an erased place, whatever the other counts', () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, count, fc.nat(50), (erased, retained, residual, slip) => {
        const reason = retained > 0 ? { ground: 'hold', exception: '17(3)(e)', reviewAt: '2027-01-01' } : {};
        const found = erased + retained + residual + slip;
        const content = exampleWith({}, { found, erased, retained, residual, ...reason });

        const problems = findUnsound(content).map(({ problem }) => problem);

        expect(problems.includes('sum-differs')).toBe(slip > 0);
        expect(problems.includes('residual-not-stated')).toBe(residual > 0);
        expect(problems.length === 0).toBe(slip === 0 && residual === 0);
      }),
    );
  });

  it('A1: but one where a whole profile was left for want of a second proof, which says so', () => {
    expect(() => receiptStatement(exampleContent())).not.toThrow();
    expect(withheldPlace.datasets[0]).toMatchObject({ found: 1, erased: 0, residual: 1 });
  });
});

describe('A18: no personal data fits into a receipt', () => {
  const personal = fc.oneof(
    fc.emailAddress(),
    fc.ipV4(),
    fc.ipV6(),
    fc.webUrl(),
    fc
      .tuple(fc.constantFrom('Zofia', 'Jonas', 'Ana', 'Łucja'), fc.constantFrom('Nowak', 'Weber', 'Đorđević'))
      .map((names) => names.join(' ')),
    fc.constantFrom(
      'zofia_n',
      'jonas.weber',
      'Łucja',
      '+48601123456',
      '0601 123456',
      'wp-user-17',
      'Hauptstraße 1, 10115 Berlin',
    ),
    // Whole numbers are counts: what else fits in is a person's number, as text.
    fc.stringMatching(/^\d{1,20}$/),
  );
  const content = exampleContent();
  // What controller and issuer are called stands there in their own words, by design.
  const leaves = leavesOf(content).filter(({ path }) => !/^(?:controllers\.\d+|issuer)\.name$/.test(path));
  const byForm = Map.groupBy(leaves, ({ path }) => path.replaceAll(/\d+/g, 'n'));

  it.each([...byForm])('%s', (_form, alike) => {
    fc.assert(
      fc.property(personal, fc.constantFrom(...alike), (text, { path, value }) => {
        for (const leaf of [text, `${String(value)} ${text}`, `${text} ${String(value)}`])
          expect(receiptContent.safeParse(changeLeaf(content, path, leaf)).success).toBe(false);
      }),
    );
  });

  it('nor is there a field to put it in', () => {
    for (const inner of [
      '',
      'issuer',
      'subject',
      'ledger',
      'controllers.0',
      place,
      `${place}.datasets.0`,
      'remainingCopies.0',
    ]) {
      const path = inner === '' ? 'note' : `${inner}.note`;
      expect(receiptContent.safeParse(changeLeaf(content, path, 'zofia.n@example.net')).success).toBe(false);
    }
    expect(receiptContent.safeParse(content).success).toBe(true);
    expect(concludedAt).toBe(content.concludedAt);
  });
});
