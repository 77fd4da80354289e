import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataMap, type DatasetName } from '#shared/data-map/data-map.ts';
import { parseRecordData } from '#shared/data-map/parse-record-data.ts';

const parse = (name: DatasetName, data: unknown) => parseRecordData(dataMap[name], data);
const paths = (name: DatasetName, data: unknown): string[] => {
  const parsed = parse(name, data);
  return parsed.ok ? [] : parsed.errors.map(({ path }) => path);
};

const good: Record<string, [DatasetName, Record<string, unknown>]> = {
  account: [
    'account',
    {
      email: 'Siobhan.OBrien+wp@Example.ORG',
      phone: '+353861234567',
      firstName: 'Siobhán',
      company: 'O\'Brien, "Sons" & Co',
      website: 'https://example.org/~sio?a=1',
      locale: 'sv_SE',
      registeredAt: '2025-03-01T00:00:00+00:00',
    },
  ],
  'account in other scripts': ['account', { email: 'x@bücher.example', lastName: '田中', locale: 'ja' }],
  device: [
    'device',
    {
      ip: '2001:db8::51',
      userAgent: "=cmd|'/c calc'!A1",
      seenAt: '2026-11-24T19:25:14Z',
      language: 'de,en;q=0.8',
    },
  ],
  'device with a mapped address': ['device', { ip: '::ffff:192.0.2.14', seenAt: '2026-11-24T19:25:14.123Z' }],
  credential: [
    'credential',
    { passwordHash: '$wp$2y$10$abcdefghijklmnopqrstuv.wxyz0123456789ABCDEFGHIJKLMNOPQR' },
  ],
  billing: ['billing', { invoiceNumber: 'R-1', amount: '-1234.50', currency: 'EUR', issuedAt: '2026-11-01' }],
  'support-case': [
    'support-case',
    { category: 'Sign-in', message: 'a\r\n\tb', openedAt: '2026-11-24T19:25:14Z' },
  ],
  consent: [
    'consent',
    {
      noticeVersion: '2026-05',
      purposes: ['terms-accepted'],
      decision: 'given',
      at: '2026-11-24T19:25:14Z',
      method: 'checkbox',
      language: 'de',
    },
  ],
};

describe('parseRecordData', () => {
  it.each(Object.entries(good))('takes %s and changes nothing', (_title, [name, data]) => {
    expect(parse(name, data)).toEqual({ ok: true, data });
  });

  it('P03 P08: optional fields may be missing, required ones not', () => {
    expect(parse('account', { email: 'a@example.org' }).ok).toBe(true);
    expect(paths('account', { firstName: 'A' })).toEqual(['email']);
    expect(paths('security-question', {})).toEqual(['question']);
  });

  it('stores an amount that came as a number as decimal text', () => {
    const parsed = parse('billing', {
      invoiceNumber: 'R-1',
      amount: 49.9,
      currency: 'EUR',
      issuedAt: '2026-11-01T10:00:00Z',
    });
    expect(parsed).toMatchObject({ ok: true, data: { amount: '49.9' } });
    expect(
      paths('billing', { invoiceNumber: 'R-1', amount: 1e21, currency: 'EUR', issuedAt: '2026-11-01' }),
    ).toEqual(['amount']);
  });

  it.each<[title: string, name: DatasetName, field: string, value: unknown]>([
    ['an e-mail address without a dot in its domain', 'account', 'email', 'a@b'],
    ['an e-mail address with a name', 'account', 'email', 'A <a@example.org>'],
    ['an e-mail address with a quoted part', 'account', 'email', '"a b"@example.org'],
    ['two e-mail addresses', 'account', 'email', 'a@example.org,b@example.org'],
    ['a long local part', 'account', 'email', `${'a'.repeat(65)}@example.org`],
    ['a phone number without country', 'account', 'phone', '0701740605'],
    ['a phone number with spaces', 'account', 'phone', '+46 70 174 06 05'],
    ['a script for a website', 'account', 'website', 'javascript:alert(1)'],
    ['a website with a line break', 'account', 'website', 'https://example.org/\nx'],
    ['NUL in a name', 'account', 'firstName', 'a\u0000b'],
    ['an escape code in a name', 'account', 'firstName', '\u001b[31mred'],
    ['a C1 control in a name', 'account', 'firstName', 'a\u0085'],
    ['half a surrogate pair', 'account', 'firstName', 'a\ud800'],
    ['an empty name', 'account', 'firstName', ''],
    ['a long name', 'account', 'firstName', 'a'.repeat(201)],
    ['an object for a name', 'account', 'firstName', { first: 'a' }],
    ['a list for a name', 'account', 'firstName', ['a']],
    ['null for a name', 'account', 'firstName', null],
    ['an address with a zone', 'device', 'ip', 'fe80::1%eth0'],
    ['no address', 'device', 'ip', '999.1.1.1'],
    ['a day that is none', 'device', 'seenAt', '2025-02-30T00:00:00Z'],
    ['a time without zone', 'device', 'seenAt', '2025-02-03T00:00:00'],
    ['a plain password as a hash', 'credential', 'passwordHash', 'correct horse battery staple'],
    ['an amount with a comma', 'billing', 'amount', '49,90'],
    ['a formula for an amount', 'billing', 'amount', '=1+1'],
    ['a word for a truth', 'marketing-preference', 'allowed', 'yes'],
    ['half a seat', 'licence', 'seats', 1.5],
    ['a decision that is none', 'consent', 'decision', 'maybe'],
    ['a ground that is none', 'disclosure', 'ground', 'D6'],
    ['a list within a list', 'consent', 'purposes', [['login']]],
    ['a list without end', 'consent', 'purposes', Array.from({ length: 101 }, () => 'login')],
  ])('A29: refuses %s', (_title, name, field, value) => {
    expect(paths(name, { [field]: value }).map((path) => path.split('.')[0])).toContain(field);
  });

  it('A29: refuses fields that the map does not know, and names that are traps', () => {
    const data: unknown = JSON.parse(
      '{"email":"a@example.org","__proto__":{"x":1},"constructor":1,"nick":"a","eve@example.org":1}',
    );
    expect(paths('account', data)).toEqual(['*', 'constructor', 'nick', '*']);
  });

  it.each([[undefined], [null], ['text'], [[]], [1]])('A29: refuses %j for the data', (data) => {
    expect(parse('account', data).ok).toBe(false);
  });

  it('A18: errors hold none of the values', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40, unit: 'binary-ascii' })
      .map((text) => `Canary\u0000${text.replaceAll(/[a-z ]/gi, '')}Canary`);
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(dataMap)), secret, (dataset, value) => {
        const data = Object.fromEntries(Object.keys(dataset.fields).map((name) => [name, value]));
        const parsed = parseRecordData(dataset, { ...data, [value]: value });
        expect(parsed.ok).toBe(false);
        expect(JSON.stringify(parsed)).not.toContain('Canary');
      }),
    );
  });
});
