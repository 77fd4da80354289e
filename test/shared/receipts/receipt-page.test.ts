import { describe, expect, it } from 'vitest';
import { languages, type Language } from '#shared/data-map/language.ts';
import { receiptPage } from '#shared/receipts/receipt-page.ts';
import { remainingCopies } from '#shared/receipts/remaining-copies.ts';
import {
  concludedAt,
  exampleContent,
  exampleWith,
  kept,
  keysDestroyedAt,
  settings,
  withheldPlace,
} from './example-receipt.ts';

const pageOf = (language: Language): string =>
  receiptPage(exampleContent(), language, { fingerprint: 'key-fingerprint', contentHash: 'receipt-hash' });
/** As it is read: without marks, white space as one space. */
const textOf = (page: string): string =>
  page.replaceAll(/<style>[^]*?<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the page of a receipt', () => {
  it.each(languages)(
    'G07: (%s) states its language, a title, headings in order and headers of tables',
    (language) => {
      const page = pageOf(language);

      expect(page).toMatch(/^<!doctype html>/);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toMatch(/<title>[^<]+<\/title>/);
      expect(page.match(/<h1>/g)).toHaveLength(1);
      const levels = [...page.matchAll(/<h([1-6])>/g)].map(([, level]) => Number(level));
      expect(Math.max(...levels.map((level, index) => level - (levels[index - 1] ?? 0)))).toBe(1);
      expect(page.match(/<th>/g)).toBeNull();
      const rows = page.match(/<tr>/g)?.length ?? 0;
      expect(page.match(/<th scope="(?:col|row)">/g)?.length ?? 0).toBeGreaterThanOrEqual(rows);
      expect(page).not.toMatch(/undefined|\[object|NaN|Invalid/);
    },
  );

  it.each(languages)('A29: (%s) loads nothing, runs nothing, leads nowhere', (language) => {
    const page = pageOf(language);

    expect(page).not.toMatch(
      /<script|<img|<iframe|<link|<form|javascript:|@import|url\(|href|<[^>]*\son[a-z]+\s*=/i,
    );
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"');
  });

  it('A29: shows what a controller is called as text', () => {
    expect(pageOf('en')).toContain('<bdi>O’Brien &amp; Söhne &lt;Versand&gt;</bdi>');
    expect(pageOf('en')).not.toContain('<Versand>');
  });

  it('G09 G16: says what was erased, what was kept why and until when, which copies end when, how to check and to complain', () => {
    const text = textOf(pageOf('en'));

    for (const part of [
      'you withdrew your consent Art. 17(1)(b) GDPR',
      'The keys of what was erased were destroyed on 25 November 2026 at 20:00 UTC',
      'Proved: the issuer of this receipt looked itself.',
      'Devices and sign-ins 41 41 0 0',
      'Invoices O’Brien &amp; Söhne &lt;Versand&gt; 3 a law demands that it is kept, by a rule for all data of this kind Art. 17(3)(b) GDPR 25 November 2036',
      'Invoices 3 0 0 3',
      'Example Plugins Ltd : This data was left as it was and remains in use as before; none of it is locked.',
      'after a second proof, such as a code to your phone',
      'Destroyed keys, in a backup 26 November 2026 at 20:15 UTC ends by itself',
      'Keyed hash of your account number 4 February 2028 deleted by a program of the issuer',
      'This request and this receipt 5 February 2030 to be deleted by a person',
      'The steps of this request 5 February 2030 to be deleted by a person',
      'on the day given at the latest a person has to look at it',
      'Keyed hash of your address as long as the data above is kept to be deleted by a person So that what was kept is found when you ask for it. Art. 17(3)(b) GDPR, Art. 17(3)(e) GDPR',
      'npm run verify-receipt',
      'That the receipt names issuer and address proves nothing',
      'Issuer, by its own word Example Plugins GmbH Its public keys https://rights.example.com/v1/keys',
      'key-fingerprint',
      'receipt-hash',
      'A receipt holds no addresses, so that of the controller is not here: it stands in the privacy policy of its website',
      'its issuer: reply to the mail by which you were told',
      'Art. 77 GDPR',
    ])
      expect(text).toContain(part);
  });

  it('G09 G16: the same in German', () => {
    const text = textOf(pageOf('de'));

    for (const part of [
      'Sie haben Ihre Einwilligung widerrufen Art. 17 Abs. 1 lit. b DSGVO',
      'am 25. November 2026 um 20:00 UTC vernichtet',
      'Rechnungen O’Brien &amp; Söhne &lt;Versand&gt; 3 ein Gesetz verlangt die Aufbewahrung, nach einer Regel für alle Daten dieser Art Art. 17 Abs. 3 lit. b DSGVO 25. November 2036',
      'Vernichtete Schlüssel, in einer Sicherung 26. November 2026 um 20:15 UTC endet von selbst',
      'Diese Anfrage und dieser Nachweis 5. Februar 2030 muss ein Mensch löschen',
      'Dass der Nachweis Aussteller und Adresse nennt, beweist nichts',
      'nach eigener Angabe Example Plugins GmbH Seine öffentlichen Schlüssel https://rights.example.com/v1/keys',
      'Sie finden sie in der Datenschutzerklärung seiner Website',
      'sein Aussteller: Antworten Sie auf die E-Mail',
      'Art. 77 DSGVO',
    ])
      expect(text).toContain(part);
  });

  it.each([
    ['en', /ends? by itself|by itself/g, 'Each of the following ends'],
    ['de', /von selbst/g, 'Alles Folgende endet'],
  ] as const)(
    'A9 (%s): says of what ends by itself that it does, and of nothing that a person has to end',
    (language, words, untrue) => {
      const { remainingCopies: copies } = exampleContent();
      const own = copies.filter(({ endedBy }) => endedBy === 'service');

      const text = textOf(pageOf(language));

      // And once that what is kept does not.
      expect(text.match(words)).toHaveLength(own.length + 1);
      expect(text).not.toContain(untrue);
    },
  );

  it('squeezes no column: a header may break, and a date may not', () => {
    expect(pageOf('de')).not.toContain('nowrap');
    expect(pageOf('de')).toContain('25.\u00a0November\u00a02036');
    expect(pageOf('de')).toContain('26.\u00a0November\u00a02026 um 20:15 UTC');
  });

  it('says so where nothing was kept, nothing found, and where it was all erased before', () => {
    const clean = exampleContent({ controllers: exampleWith({ datasets: [] }).controllers.slice(0, 1) });
    const earlier = exampleWith({
      outcome: 'already-erased',
      keysDestroyedAt,
      datasets: [kept('consent', 2)],
    });

    expect(textOf(receiptPage(clean, 'en'))).toContain('No records were found.');
    expect(textOf(receiptPage(clean, 'en'))).toContain('Nothing was kept.');
    expect(textOf(receiptPage(earlier, 'en'))).toContain('Erased before, under another request');
    expect(receiptPage(clean, 'en')).not.toContain('key-fingerprint');
  });

  it.each([
    {
      language: 'en' as const,
      said: [
        ...['Your erasure request: nothing was erased', 'What was left as it was Each controller'],
        ...['Password 1 0 0 1', 'Invoices 3 0 0 3'],
        'Example Plugins Ltd : This data was left as it was and remains in use as before; none of it is locked.',
      ],
      untrue:
        /Receipt for the erasure|What was erased|What is kept is locked|17\(3\)\(e\)|legal claims|Downloads/,
    },
    {
      language: 'de' as const,
      said: [
        ...['Ihre Löschanfrage: Es wurde nichts gelöscht', 'Was blieb, wie es war Jeder Verantwortliche'],
        'Example Plugins Ltd : Diese Daten blieben, wie sie waren, und werden weiter verwendet wie bisher',
      ],
      untrue: /Nachweis über die Löschung|Was gelöscht wurde|ist gesperrt: Es|Rechtsansprüche|Downloads/,
    },
  ])(
    'G09 ($language): says so where nothing was erased: it remains in use, and no ground is made up for that',
    ({ language, said, untrue }) => {
      const controllers = exampleContent().controllers.slice(1);
      const remaining = remainingCopies(settings, { concludedAt, kept: [] });

      const page = receiptPage(exampleContent({ controllers, remainingCopies: remaining }), language);

      for (const part of said) expect(textOf(page)).toContain(part);
      expect(page).toContain(`<title>${said[0] ?? ''}</title>`);
      expect(textOf(page)).not.toMatch(untrue);
    },
  );

  it('A6: calls nothing proved where nothing was erased, and says who counted', () => {
    const nothing = { controllers: exampleContent().controllers.slice(1) };
    const [english, german] = languages.map((language) =>
      textOf(receiptPage(exampleContent(nothing), language)),
    );

    expect(english).toContain('Nothing was erased here. The reason is given below. Counted by the issuer');
    expect(german).toContain('Hier wurde nichts gelöscht. Der Grund steht unten. Vom Aussteller');
    expect(english).not.toContain('Proved');
    expect(german).not.toContain('Nachgewiesen');
    // Beside a place where something was erased, it is that place alone which is called so.
    expect(textOf(pageOf('en')).match(/Proved/g)).toHaveLength(1);
    expect(textOf(pageOf('de')).match(/Nachgewiesen/g)).toHaveLength(1);
  });

  it('G09, A35: of what the proof no longer opened says why, and not that there is nothing', () => {
    const { controllers } = exampleContent();
    const place = { ...withheldPlace, reason: 'no-longer-opened' as const, datasets: [] };
    const content = exampleContent({
      controllers: controllers.slice(1).map((one) => ({ ...one, places: [place] })),
    });

    const [english, german] = languages.map((language) => textOf(receiptPage(content, language)));

    expect(english).toContain('did not lead to this account alone any more');
    expect(german).toContain('führte die Adresse nicht mehr allein zu diesem Konto');
    expect(english).not.toContain('remains in use');
    expect(german).not.toContain('weiter verwendet');
    expect(english).not.toMatch(/Proved|Counted by/);
    expect(english).not.toContain('No records were found.');
    expect(german).not.toContain('Es wurden keine Datensätze gefunden.');
  });

  it('shows data that the map does not have by a word of its own', () => {
    expect(textOf(receiptPage(exampleWith({}, { dataset: 'unmapped' }), 'en'))).toContain(
      'Other data 1 1 0 0',
    );
    expect(textOf(receiptPage(exampleWith({}, { dataset: 'no-longer' }), 'de'))).toContain(
      'no-longer 1 1 0 0',
    );
  });
});
