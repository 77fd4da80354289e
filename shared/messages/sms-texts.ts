import { moment, type Language, type MessageFacts } from './message.ts';

type Writer = (facts: MessageFacts) => string;

const rightNames = {
  en: {
    access: 'a copy of your data',
    portability: 'your data to take along',
    erasure: 'erasure of your data',
  },
  de: {
    access: 'Kopie Ihrer Daten',
    portability: 'Mitnahme Ihrer Daten',
    erasure: 'Löschung Ihrer Daten',
  },
} as const;

/**
 * Every text message, in every language, in characters of the GSM alphabet; a vendor's name has up to 40 of them, which
 * the settings see to. A code is one SMS (160 characters), a notice with its stop code two (306). They name the right and
 * its effect, and no person and no site (A2, A21, A26).
 */
export const smsTexts = {
  en: {
    'second-code': ({ code = '', vendor, right }) =>
      `${code} is your code for a request to ${vendor}: ${rightNames.en[right]}. Valid 10 minutes. Not you? Tell it to nobody.`,
    'erasure-notice': ({ vendor, until, stopCode = '', requestId }) =>
      `${vendor} was asked to erase data about you and will do so after ${moment('en', until)}. Not you? Stop it: stop code ${stopCode} for request ${requestId}`,
  },
  de: {
    'second-code': ({ code = '', vendor, right }) =>
      `${code} ist Ihr Code für eine Anfrage an ${vendor}: ${rightNames.de[right]}. Gilt 10 Minuten. Nicht Sie? Sagen Sie ihn niemandem.`,
    'erasure-notice': ({ vendor, until, stopCode = '', requestId }) =>
      `${vendor} soll Daten über Sie löschen und tut das nach: ${moment('de', until)}. Nicht Sie? Halten Sie es an: Stoppcode ${stopCode}, Anfrage ${requestId}`,
  },
} as const satisfies Record<Language, Record<string, Writer>>;
