import type { Localised } from './language.ts';

/** Who receives data as a rule (Art. 15(1)(c), by name). What was given to whom in the single case stands in the disclosures. */
type Recipient = {
  readonly name: string;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
  readonly role: Localised;
  /** Art. 15(2): what safeguards a transfer out of the EEA, should one happen. */
  readonly safeguard?: Localised;
};

const amazon = {
  name: 'Amazon Web Services EMEA SARL',
  country: 'LU',
  safeguard: {
    en: 'stored in the region that the vendor chose; for access from outside the EEA: standard contractual clauses (Art. 46(2)(c) GDPR)',
    de: 'Speicherung in der vom Anbieter gewählten Region; für Zugriffe von außerhalb des EWR: Standardvertragsklauseln (Art. 46 Abs. 2 lit. c DSGVO)',
  },
} as const;

export const recipients = {
  hosting: { ...amazon, role: { en: 'processor: hosting', de: 'Auftragsverarbeiter: Hosting' } },
  mail: {
    ...amazon,
    role: { en: 'sending of e-mail', de: 'E-Mail-Versand' },
  },
  sms: { ...amazon, role: { en: 'sending of SMS', de: 'SMS-Versand' } },
} as const satisfies Record<string, Recipient>;

export type RecipientName = keyof typeof recipients;
