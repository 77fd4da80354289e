import type { Language, Message } from './texts.ts';

export type ContactCodeFacts = {
  readonly vendor: string;
  /** Of the site, as the vendor's enrolment code named it. */
  readonly host: string;
  readonly fingerprint: string;
  readonly code: string;
};

/** What a controller's contact is written before a key may give orders (A10). No word of it is a caller's (A21). */
export const contactCodeText = (
  language: Language,
  { vendor, host, fingerprint, code }: ContactCodeFacts,
): Message =>
  language === 'de'
    ? {
        subject: 'Ein Schlüssel für Löschaufträge',
        text: lines(
          `Für die Website ${host} soll bei ${vendor} ein Schlüssel gelten, mit dem in Ihrem Namen die Löschung der Daten Ihrer Benutzer beauftragt werden kann.`,
          `Fingerabdruck des Schlüssels: ${fingerprint}`,
          `Ihr Code: ${code}`,
          'Er gilt 10 Minuten, einmal, und nur für diesen Schlüssel. Geben Sie ihn nur dort ein, wo der Schlüssel erzeugt wurde und derselbe Fingerabdruck steht. Nennen Sie ihn niemandem, auch uns nicht.',
          'Das waren nicht Sie? Dann geben Sie den Code nirgends ein, und ersetzen Sie den Schlüssel der Website: Vielleicht hat ihn ein anderer.',
        ),
      }
    : {
        subject: 'A key for orders of erasure',
        text: lines(
          `For the website ${host}, ${vendor} was asked to accept a key with which the erasure of your users’ data can be ordered in your name.`,
          `Fingerprint of the key: ${fingerprint}`,
          `Your code: ${code}`,
          'It is valid for 10 minutes, once, and for this key alone. Enter it only where the key was made and the same fingerprint is shown. Never tell it to anyone, not to us either.',
          'Not you? Then enter the code nowhere, and replace the website’s key: someone else may have it.',
        ),
      };

const lines = (...parts: string[]): string => `${parts.join('\n\n')}\n`;
