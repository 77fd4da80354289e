import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controllerInformation, controllerStatement } from '#shared/sites/controller.ts';
import { country } from '#shared/sites/country.ts';
import { codeBytes, hashEnrolmentCode, writeEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { instructionsStatement, refuseUnavailableInstructions } from '#shared/sites/instructions.ts';
import { hostOf, normaliseHost, siteUrl } from '#shared/sites/site-url.ts';
import { timeZone } from '#shared/sites/time-zone.ts';

describe('country', () => {
  it.each(['DE', 'IE', 'US', 'XX', 'de', 'D', 'DEU', 'EU', 'UK', 'ZZ', ''])('of ISO 3166-1: %s', (code) => {
    expect(country.safeParse(code).success).toBe(['DE', 'IE', 'US'].includes(code));
  });
});

describe('timeZone', () => {
  it.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+5'])('takes %s', (name) => {
    expect(timeZone.safeParse(name).success).toBe(true);
  });

  it.each(['Europe/Atlantis', '+01:00', '', 'Berlin', '../etc/passwd', 'Europe/Berlin '])(
    'refuses "%s"',
    (name) => {
      expect(timeZone.safeParse(name).success).toBe(false);
    },
  );
});

describe('siteUrl', () => {
  it.each([
    ['https://shop.example.net/', 'shop.example.net'],
    ['https://Shop.Example.Net/blog/', 'shop.example.net'],
    ['https://shop.example.net:8443', 'shop.example.net:8443'],
    ['https://shop.example.net:443', 'shop.example.net'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
  ])('A27: takes %s as of host %s', (url, host) => {
    expect(siteUrl.safeParse(url).success).toBe(true);
    expect(hostOf(url)).toBe(host);
  });

  it.each([
    'http://shop.example.net/',
    'https://shop.example.net@evil.example/',
    'https://user:word@shop.example.net/',
    'https://shop.example.net/?next=1',
    'https://shop.example.net/#top',
    'https://shop.example.net\\@evil.example/',
    'https:/shop.example.net/',
    'https://',
    'javascript:alert(1)',
    ' https://shop.example.net/',
    'https://shop.example.net/ a',
  ])('A27: refuses %s', (url) => {
    expect(siteUrl.safeParse(url).success).toBe(false);
  });

  it('A27: compares hosts as URLs write them', () => {
    expect(normaliseHost('Shop.Example.NET')).toBe('shop.example.net');
    expect(normaliseHost('shop.example.net/path')).toBeUndefined();
    expect(normaliseHost('')).toBeUndefined();
  });
});

describe('controller', () => {
  const statement = {
    name: 'Läden & Co',
    contactEmail: 'privacy@shop.example',
    country: 'DE',
    timeZone: 'Europe/Berlin',
  };

  it.each([
    ['as it is', {}, true],
    ['with a field more', { vat: 'DE1' }, false],
    ['with a name of control characters', { name: 'Shop\u0007' }, false],
    ['with a name that turns the text around', { name: 'Shop\u202e' }, false],
    ['without a name', { name: '' }, false],
    ['with a contact that is none', { contactEmail: 'privacy' }, false],
  ])('A29: a statement %s', (_title, change, fits) => {
    expect(controllerStatement.safeParse({ ...statement, ...change }).success).toBe(fits);
  });

  it('G12: takes the controller’s own texts for Art. 15, within limits', () => {
    const information = { recipients: ['Parcel GmbH'], transfers: 'None.\nSee the notice.' };

    expect(controllerInformation.safeParse(information).success).toBe(true);
    expect(controllerInformation.safeParse({ ...information, transfers: 'x'.repeat(2001) }).success).toBe(
      false,
    );
    expect(
      controllerInformation.safeParse({ recipients: Array.from({ length: 51 }, () => 'x') }).success,
    ).toBe(false);
  });
});

describe('instructions', () => {
  it('A5: what is not stated is asked about', () => {
    const parsed = instructionsStatement.parse({ access: 'auto', portability: 'auto' });

    expect(parsed).toMatchObject({
      erasure: 'ask',
      rectification: 'ask',
      restriction: 'ask',
      objection: 'ask',
    });
    expect(instructionsStatement.safeParse({ access: 'auto' }).success).toBe(false);
  });

  it('names each right whose instruction cannot be followed yet', () => {
    const instructions = instructionsStatement.parse({
      access: 'ask',
      portability: 'forward',
      erasure: 'forward',
    });

    expect(() => {
      refuseUnavailableInstructions(instructions);
    }).toThrow(
      expect.objectContaining({
        code: 'instruction-not-available',
        errors: [
          { path: 'instructions.access', message: expect.any(String) as string },
          { path: 'instructions.portability', message: expect.any(String) as string },
        ],
      }) as Error,
    );
  });
});

describe('enrolment codes', () => {
  const bytes = fc.uint8Array({ minLength: codeBytes, maxLength: codeBytes });

  it('A27: hold 160 bits: different bytes are different codes', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const same = Buffer.compare(one, other) === 0;
        expect(writeEnrolmentCode(one) === writeEnrolmentCode(other)).toBe(same);
        expect(writeEnrolmentCode(one)).toMatch(/^([0-9A-HJKMNP-TV-Z]{8}-){3}[0-9A-HJKMNP-TV-Z]{8}$/);
      }),
    );
  });

  it('are the same however they are typed', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const code = writeEnrolmentCode(random);
        const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
        expect(hashEnrolmentCode(typed)).toBe(hashEnrolmentCode(code));
      }),
    );
  });
});
