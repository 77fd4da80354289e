import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeRules, makeCode, makeDigits, normaliseCode, normaliseDigits } from '#shared/identity/code.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('A21: a code', () => {
  it('is ten letters of Crockford’s base32, each straight from one draw below 32', () => {
    const asked: number[] = [];
    let drawn = -1;
    const inTurn = (max: number): number => {
      asked.push(max);
      drawn += 1;
      return drawn % max;
    };

    const codes = Array.from({ length: 16 }, () => makeCode(inTurn));

    expect(asked).toEqual(Array.from({ length: 160 }, () => 32));
    expect(codes.join('').replaceAll('-', '')).toBe(crockford.repeat(5));
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  it('uses every letter at every place', () => {
    const seen = Array.from({ length: 11 }, () => new Set<string>());
    for (let n = 0; n < 2_000; n += 1)
      Array.from(makeCode(randomInt)).forEach((letter, place) => seen[place]?.add(letter));

    expect(seen.map((letters) => letters.size)).toEqual([32, 32, 32, 32, 32, 1, 32, 32, 32, 32, 32]);
  });

  it('is valid 10 minutes, tried 5 times, sent 3 times an hour and 10 times a day', () => {
    expect(codeRules).toMatchObject({
      validMinutes: 10,
      tries: 5,
      perHour: { limit: 3, windowSeconds: 3_600 },
      perDay: { limit: 10, windowSeconds: 86_400 },
      namedPerDay: { limit: 10, windowSeconds: 86_400 },
    });
  });
});

describe('normaliseCode', () => {
  it.each([
    { typed: '01ab2-cd3ef', code: '01AB2-CD3EF' },
    { typed: ' 01AB2 CD3EF\n', code: '01AB2-CD3EF' },
    { typed: '01AB2CD3EF', code: '01AB2-CD3EF' },
    { typed: '0-1-A-B-2-C-D-3-E-F', code: '01AB2-CD3EF' },
    { typed: 'oiab2-cd3ef', code: '01AB2-CD3EF' },
    { typed: 'OLab2-cd3ef', code: '01AB2-CD3EF' },
    { typed: '', code: undefined },
    { typed: '01AB2-CD3E', code: undefined },
    { typed: '01AB2-CD3EFG', code: undefined },
    { typed: '01AB2-CD3EU', code: undefined },
    { typed: '01AB2_CD3EF', code: undefined },
    { typed: '０１AB2-CD3EF', code: undefined },
    { typed: '01AB2-CD3E\u0131', code: '01AB2-CD3E1', why: 'upper-cased, a dotless i is an I' },
  ])('$typed: $code', ({ typed, code }) => {
    expect(normaliseCode(typed)).toBe(code);
  });

  it('gives every code back, however its letters were cased and spaced', () => {
    const writings = fc.tuple(fc.infiniteStream(fc.boolean()), fc.constantFrom('-', ' ', '', '--', '\u00a0'));
    fc.assert(
      fc.property(writings, ([cases, between]) => {
        const code = makeCode(randomInt);
        const typed = Array.from(code, (letter) => (cases.next().value ? letter.toLowerCase() : letter))
          .join('')
          .replace('-', between);

        expect(normaliseCode(typed)).toBe(code);
      }),
    );
  });
});

describe('A21: a code of a text message', () => {
  it('is eight digits from one draw below a hundred million', () => {
    const drawn = [0, 7, 12_345_678, 99_999_999];
    const asked: number[] = [];
    const codes = drawn.map((number) =>
      makeDigits((max) => {
        asked.push(max);
        return number;
      }),
    );

    expect(codes).toEqual(['00000000', '00000007', '12345678', '99999999']);
    expect(new Set(asked)).toEqual(new Set([100_000_000]));
  });

  it.each([
    { typed: '01234567', digits: '01234567' },
    { typed: ' 0123 4567\n', digits: '01234567' },
    { typed: '0123-4567', digits: '01234567' },
    { typed: '0123456', digits: undefined },
    { typed: '012345678', digits: undefined },
    { typed: '0123456O', digits: undefined },
    { typed: '٠١٢٣٤٥٦٧', digits: undefined },
    { typed: '', digits: undefined },
  ])('$typed: $digits', ({ typed, digits }) => {
    expect(normaliseDigits(typed)).toBe(digits);
  });

  it('is never taken for a code of a mail, nor the other way round', () => {
    for (let n = 0; n < 200; n += 1) {
      expect(normaliseCode(makeDigits(randomInt))).toBeUndefined();
      expect(normaliseDigits(makeCode(randomInt))).toBeUndefined();
    }
  });
});
