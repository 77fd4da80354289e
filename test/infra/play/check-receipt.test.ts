import { describe, expect, it } from 'vitest';
import { faultsOfReceipt, isAbout, readReceipt } from '#infra/local/play/check-receipt.ts';
import { keySet } from '#infra/local/play/jws.ts';
import type { ReceiptContent } from '#infra/local/play/receipt.ts';
import { runVerifier } from '#infra/local/play/run-verifier.ts';
import {
  exampleContent,
  exampleWith,
  iat,
  jwks,
  key,
  salt,
  signReceipt,
} from '#test/shared/receipts/example-receipt.ts';
import { forge, jws, reencode, signed } from '#test/shared/receipts/forged-receipt.ts';

const { keys } = keySet.parse(jwks);
const [published] = keys;
const contentOf = (): ReceiptContent => {
  const read = readReceipt(jws, keys);
  if ('fault' in read) throw new Error(read.fault);
  return read.content;
};

describe('the play’s own check of a receipt', () => {
  it('A6: finds nothing wrong with a good one, and names its signer', () => {
    expect(readReceipt(jws, keys)).toMatchObject({ fingerprint: key.kid, content: { ground: '17(1)(b)' } });
    expect(faultsOfReceipt(contentOf())).toEqual([]);
  });

  it.each([
    ['a digit', reencode({ ...signed, receivedAt: '2026-11-24T18:00:00.001Z' }), 'does not fit what it says'],
    [
      'its type',
      forge(JSON.stringify(signed), head({ typ: 'data-rights-bundle+jws' })),
      'not a statement about an erasure',
    ],
    [
      'its algorithm',
      forge(JSON.stringify(signed), head({ alg: 'none' })),
      'not a statement about an erasure',
    ],
    ['its key', forge(JSON.stringify(signed), head({ kid: 'other' })), 'does not know'],
    ['its date', forge(JSON.stringify(signed), head({ iat: 1_700_000_000 })), 'outside the time of its key'],
    ['a header', forge(JSON.stringify(signed), head({ jku: 'https://evil.example' })), 'not understood'],
    ['its form', forge('{"erased":true}'), 'not of the form'],
    ['the number of its parts', `${jws}.x`, 'compact form'],
  ])('A6 A19: believes nothing where somebody changed %s', (_, changed, fault) => {
    expect(readReceipt(changed, keys)).toEqual({ fault: expect.stringContaining(fault) as string });
  });

  it('A19: does not take a key that may sign other things only, or whose time was over', () => {
    const changed = (change: object) => [{ ...published, ...change }] as typeof keys;
    expect(readReceipt(jws, changed({ typ: ['data-rights-bundle+jws'] }))).toHaveProperty('fault');
    const end = new Date(iat * 1000).toISOString();
    expect(readReceipt(jws, changed({ validUntil: end }))).toHaveProperty('fault');
  });

  it.each([
    ['a sum that differs', exampleWith({}, { erased: 0 }), /account: the sum differs/],
    ['a rest', exampleWith({}, { erased: 0, residual: 1 }), /account: something is left/],
    ['no destroyed key', exampleWith({ keysDestroyedAt: undefined }), /no key destroyed/],
    [
      'keys that went too early',
      exampleWith({ keysDestroyedAt: '2026-11-23T00:00:00.000Z' }),
      /no key destroyed/,
    ],
    [
      'something kept for no reason',
      exampleWith({}, { erased: 0, retained: 1 }),
      /without exception and review/,
    ],
    ['a place that nobody looked at', exampleWith({ assurance: 'site-reported' }), /nobody looked/],
    ['erased, though left whole', exampleWith({ outcome: 'withheld' }), /erased without its keys/],
    ['no horizon', exampleContent({ remainingCopies: [] }), /keys not listed/],
  ])('A6 A9: names %s', (_, content, fault) => {
    expect(faultsOfReceipt(content as ReceiptContent).join('\n')).toMatch(fault);
  });

  it('tells whose it is by salt and address, and nothing by one of them', () => {
    const content = contentOf();
    expect(isAbout(content, salt, ' Zofia.N@EXAMPLE.net ')).toBe(true);
    expect(isAbout(content, salt, 'zofia@example.net')).toBe(false);
    expect(isAbout(content, 'x'.repeat(43), 'zofia.n@example.net')).toBe(false);
  });

  it('says when the program for auditors fails', async () => {
    expect(await runVerifier(['no-such-receipt.jws', '--keys', 'no-such-keys.json'])).toMatchObject({
      status: 1,
    });
  });
});

it('A6: the receipt that the table above breaks is a good one when nothing is broken', async () => {
  const whole = await signReceipt(exampleWith({}));
  const read = readReceipt(whole, keys);
  expect('content' in read && faultsOfReceipt(read.content)).toEqual([]);
});

function head(change: object): object {
  return { alg: 'ES256', kid: key.kid, typ: 'data-rights-receipt+jwt', iat, ...change };
}
