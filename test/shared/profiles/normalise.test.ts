import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseIdentifier } from '#shared/profiles/normalise.ts';

const email = (value: string): string | undefined => normaliseIdentifier('email', value);
const repeated = (letter: string, count: number): string => letter.repeat(count);

describe('A28: an e-mail address', () => {
  it.each([
    { typed: ' Alice.B@Example.ORG\n', kept: 'alice.b@example.org', why: 'ASCII letters lowered, trimmed' },
    { typed: 'a+shop@example.org', kept: 'a+shop@example.org', why: 'a sub-address stays' },
    { typed: 'a.b.c@example.org', kept: 'a.b.c@example.org', why: 'dots stay' },
    {
      typed: "!#$%&'*+/=?^_`{|}~-@example.org",
      kept: "!#$%&'*+/=?^_`{|}~-@example.org",
      why: 'all of atext',
    },
    { typed: 'a@Bücher.example', kept: 'a@xn--bcher-kva.example', why: 'the domain as A-label' },
    { typed: 'a@XN--BCHER-KVA.example', kept: 'a@xn--bcher-kva.example', why: 'an A-label stays one' },
    { typed: 'a@bu\u0308cher.example', kept: 'a@xn--bcher-kva.example', why: 'decomposed is the same' },
    { typed: 'u\u0308@example.org', kept: '\u00fc@example.org', why: 'NFC in the local part' },
    { typed: '\u00dcmit@example.org', kept: '\u00dcmit@example.org', why: 'only ASCII letters are lowered' },
    {
      typed: 'a@ｅｘａｍｐｌｅ．ｏｒｇ',
      kept: 'a@example.org',
      why: 'a full-width domain is the domain (UTS 46)',
    },
    { typed: 'ａ@example.org', kept: 'ａ@example.org', why: 'a full-width local part is its own' },
    { typed: `${repeated('a', 64)}@example.org`, kept: `${repeated('a', 64)}@example.org`, why: '64 octets' },
    { typed: 'a@sub.123.example', kept: 'a@sub.123.example', why: 'digits in a label' },
  ])('is kept: $why', ({ typed, kept }) => {
    expect(email(typed)).toBe(kept);
  });

  it.each([
    { typed: '', why: 'empty' },
    { typed: 'example.org', why: 'no at sign' },
    { typed: '@example.org', why: 'no local part' },
    { typed: 'a@', why: 'no domain' },
    { typed: 'a@b', why: 'one label' },
    { typed: 'a@b@example.org', why: 'two at signs' },
    { typed: '"a b"@example.org', why: 'quoted' },
    { typed: '"a@example.net"@example.org', why: 'quoted address' },
    { typed: 'a(comment)@example.org', why: 'a comment' },
    { typed: 'a@(comment)example.org', why: 'a comment in the domain' },
    { typed: 'Alice <a@example.org>', why: 'a display name' },
    { typed: 'a@example.org,b@example.org', why: 'a list' },
    { typed: 'a@example.org;b@example.org', why: 'a list of another kind' },
    { typed: '.a@example.org', why: 'a leading dot' },
    { typed: 'a.@example.org', why: 'a trailing dot in the local part' },
    { typed: 'a..b@example.org', why: 'two dots' },
    { typed: 'a@example.org.', why: 'a trailing dot' },
    { typed: 'a@.example.org', why: 'an empty label' },
    { typed: 'a@-example.org', why: 'a label that starts with a hyphen' },
    { typed: 'a@[192.0.2.1]', why: 'an address literal' },
    { typed: 'a@[IPv6:2001:db8::1]', why: 'an IPv6 literal' },
    { typed: 'a@192.0.2.1', why: 'an IP address' },
    { typed: 'a@0x7f.1', why: 'what a URL reads as an IP address' },
    { typed: 'a@example.org:25', why: 'a port' },
    { typed: 'a@example.org/x', why: 'a path' },
    { typed: 'a@example%2eorg', why: 'percent encoding' },
    { typed: 'a b@example.org', why: 'a space' },
    { typed: 'a@exam ple.org', why: 'a space in the domain' },
    { typed: 'a@exam\nple.org', why: 'a line break in the domain' },
    { typed: 'a\r\nBcc: b@example.org', why: 'a header' },
    { typed: 'a\0@example.org', why: 'NUL' },
    { typed: 'a@exam\0ple.org', why: 'NUL in the domain' },
    { typed: 'a\u200b@example.org', why: 'a zero-width space' },
    { typed: 'a\u202e@example.org', why: 'a direction override' },
    { typed: `${repeated('a', 65)}@example.org`, why: '65 octets' },
    { typed: `${repeated('\u00fc', 33)}@example.org`, why: '66 octets in 33 letters' },
    { typed: `a@${repeated('b', 64)}.org`, why: 'a label of 64' },
    { typed: `a@${repeated('bcdefgh.', 32)}org`, why: 'a domain over 253' },
  ])('is refused: $why', ({ typed }) => {
    expect(email(typed)).toBeUndefined();
  });

  it('looks alike and is another: Cyrillic, Greek, dotless, digit', () => {
    const all = ['paypal', 'p\u0430ypal', 'pa\u03c5pal', 'paypa1', 'paypal\u0131', 'payp\u00e4l'];

    const local = all.map((name) => email(`${name}@example.org`));
    const domain = all.map((name) => email(`a@${name}.example`));

    expect(new Set([...local, ...domain]).size).toBe(2 * all.length);
    expect([...local, ...domain]).not.toContain(undefined);
  });

  it('is normal once it was normalised, and is one line with one at sign', () => {
    const parts = fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain());
    fc.assert(
      fc.property(
        fc.oneof(
          parts.map((of) => of.join('@')),
          fc.emailAddress(),
          fc.string(),
        ),
        (typed) => {
          const kept = email(typed);
          if (kept === undefined) return;

          expect(email(kept)).toBe(kept);
          expect(kept).toMatch(/^[^@\s\p{Cc}]+@[a-z0-9.-]+$/u);
        },
      ),
    );
  });
});

describe('A28: a phone number', () => {
  it.each(['+48601123456', '+14155550100', ' +4915112345678 ', '+1234567', '+123456789012345'])(
    '%j is strict E.164',
    (typed) => {
      expect(normaliseIdentifier('phone', typed)).toBe(typed.trim());
    },
  );

  it.each([
    '0048601123456',
    '601123456',
    '+0123456789',
    '+48 601 123 456',
    '+48-601',
    '+123456',
    '+1234567890123456',
    '+４８６０１１２３４５６',
    'tel:+48601123456',
    '+48601123456;ext=1',
  ])('%j is none', (typed) => {
    expect(normaliseIdentifier('phone', typed)).toBeUndefined();
  });
});

describe('a user name', () => {
  it('is kept as it is, case included: the site knows what its names mean', () => {
    expect(normaliseIdentifier('username', ' Alice B ')).toBe('Alice B');
    expect(normaliseIdentifier('username', 'alice@example.org')).toBe('alice@example.org');
  });

  it.each(['', '   ', 'a\0b', 'a\tb', 'a'.repeat(129)])('%j is none', (typed) => {
    expect(normaliseIdentifier('username', typed)).toBeUndefined();
  });
});
