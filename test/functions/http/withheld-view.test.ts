import { describe, expect, it } from 'vitest';
import { withheldOf } from '#functions/http/withheld-view.ts';

const [shop, vendor] = ['0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e', '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8f'];
const receipt = (controllers: object[]): string =>
  `head.${Buffer.from(JSON.stringify({ version: 1, controllers })).toString('base64url')}.signature`;
const counts = { found: 1, erased: 0, retained: 0, residual: 1 };

describe('G09: what a request withholds', () => {
  it('is the reasons alone while there is no receipt: of an export, and before the end of an erasure', () => {
    expect(withheldOf(['in-erasure', 'identifier-linked-recently'], undefined)).toEqual([
      { reason: 'in-erasure' },
      { reason: 'identifier-linked-recently' },
    ]);
    expect(withheldOf([], undefined)).toEqual([]);
  });

  it('names controller and dataset where the receipt does, each once', () => {
    const left = {
      outcome: 'withheld',
      reason: 'needs-level-2',
      datasets: [
        { dataset: 'account', ...counts },
        { dataset: 'credential', ...counts },
      ],
    };
    const jws = receipt([
      { controllerId: shop, places: [left, left] },
      {
        controllerId: vendor,
        places: [
          {
            outcome: 'erased',
            datasets: [
              { dataset: 'account', ...counts, ground: 'hold' },
              { dataset: 'billing', ...counts, ground: 'data-map' },
              { dataset: 'device', ...counts },
            ],
          },
        ],
      },
    ]);

    expect(withheldOf(['needs-level-2', 'under-hold'], jws)).toEqual([
      { reason: 'needs-level-2', controllerId: shop, dataset: 'account' },
      { reason: 'needs-level-2', controllerId: shop, dataset: 'credential' },
      { reason: 'under-hold', controllerId: vendor, dataset: 'account' },
    ]);
  });

  it('D63: names no dataset of what the proof no longer opens', () => {
    const places = [{ outcome: 'withheld', reason: 'no-longer-opened', datasets: [] }];

    expect(withheldOf(['no-longer-opened'], receipt([{ controllerId: shop, places }]))).toEqual([
      { reason: 'no-longer-opened', controllerId: shop },
    ]);
  });

  it('leaves out no reason that the request has, and adds none', () => {
    const places = [{ outcome: 'withheld', reason: 'needs-level-2', datasets: [] }];

    expect(withheldOf(['under-hold'], receipt([{ controllerId: shop, places }]))).toEqual([
      { reason: 'under-hold' },
    ]);
  });
});
