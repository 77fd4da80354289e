import type { Language, MessageFacts } from './texts.ts';

type SmsFacts = Pick<MessageFacts, 'right' | 'vendor' | 'code'>;
type Writer = (facts: SmsFacts) => string;

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
 * Every text message, in every language: one SMS each, 160 characters of the GSM alphabet, with a vendor's name of up to
 * 40 of them, which the settings see to. It names the right and its effect and nobody (A2, A21).
 */
export const smsTexts = {
  en: {
    'second-code': ({ code = '', vendor, right }) =>
      `${code} is your code for a request to ${vendor}: ${rightNames.en[right]}. Valid 10 minutes. Not you? Tell it to nobody.`,
  },
  de: {
    'second-code': ({ code = '', vendor, right }) =>
      `${code} ist Ihr Code für eine Anfrage an ${vendor}: ${rightNames.de[right]}. Gilt 10 Minuten. Nicht Sie? Sagen Sie ihn niemandem.`,
  },
} as const satisfies Record<Language, Record<string, Writer>>;
