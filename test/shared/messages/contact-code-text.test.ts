import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCode } from '#shared/identity/code.ts';
import { contactCodeText, type ContactCodeFacts } from '#shared/messages/contact-code-text.ts';
import { languages } from '#shared/messages/texts.ts';
import { fingerprintOf } from '#shared/sites/contact-confirmation.ts';

/** All that the mail may be made of: a field that holds a caller's text does not compile here (A21). */
const facts: Required<ContactCodeFacts> = {
  vendor: 'Example Plugins Ltd',
  host: 'shop.example.net',
  fingerprint: '72cd 6e84 22c4 07fb 6d09 8690 f113 0b7d',
  code: 'AB2CD-3EF4G',
};
const codePattern = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/g;

describe.each(languages)('A10, G07: the code for a key that may give orders, in %s', (language) => {
  it('says whose it is for, which key, and what to do when one did not ask', () => {
    const { subject, text } = contactCodeText(language, facts);

    for (const fact of Object.values(facts)) expect(text).toContain(fact);
    expect(subject).toMatch(/^[^\r\n]{1,78}$/);
    expect(text).toMatch(/Not you\?|Das waren nicht Sie\?/);
    expect(text).not.toMatch(/https?:|@|undefined/);
  });

  it('holds exactly one code, whatever the key', () => {
    for (let n = 0; n < 200; n += 1) {
      const code = makeCode(randomInt);
      const fingerprint = fingerprintOf(randomBytes(32).toString('base64'));
      const { subject, text } = contactCodeText(language, { ...facts, code, fingerprint });

      expect(`${subject}\n${text}`.match(codePattern)).toEqual([code]);
    }
  });
});

it('G07: is another text in each language', () => {
  const [first, second] = languages.map((language) => contactCodeText(language, facts).text);
  expect(first).not.toBe(second);
});
