import type { Localised } from './language.ts';

/**
 * Categories of personal data (Art. 15(1)(b)) as terms of the W3C Data Privacy Vocabulary's extension PD,
 * https://w3id.org/dpv/pd, with a title for people.
 */
export const categories = {
  'pd:EmailAddress': { en: 'e-mail address', de: 'E-Mail-Adresse' },
  'pd:TelephoneNumber': { en: 'phone number', de: 'Telefonnummer' },
  'pd:Name': { en: 'name', de: 'Name' },
  'pd:Username': { en: 'user name', de: 'Benutzername' },
  'pd:Professional': { en: 'company', de: 'Unternehmen' },
  'pd:Language': { en: 'language', de: 'Sprache' },
  'pd:Password': { en: 'password (as a hash)', de: 'Passwort (als Hashwert)' },
  'pd:SecretText': { en: 'security question and answer', de: 'Sicherheitsfrage und Antwort' },
  'pd:IPAddress': { en: 'IP address', de: 'IP-Adresse' },
  'pd:BrowserFingerprint': { en: 'browser fingerprint', de: 'Browser-Fingerabdruck' },
  'pd:DeviceSoftware': { en: 'browser and system software', de: 'Browser und Systemsoftware' },
  'pd:Location': { en: 'approximate location', de: 'ungefährer Standort' },
  'pd:AuthenticationHistory': { en: 'sign-ins and their outcome', de: 'Anmeldungen und ihr Ergebnis' },
  'pd:CommunicationsMetadata': { en: 'data about messages sent', de: 'Daten über versandte Nachrichten' },
  'pd:Communication': { en: 'messages', de: 'Nachrichten' },
  'pd:Purchase': { en: 'purchases', de: 'Käufe' },
  'pd:Transactional': { en: 'invoices and payments', de: 'Rechnungen und Zahlungen' },
  'pd:PhysicalAddress': { en: 'postal address', de: 'Postanschrift' },
  'pd:PrivacyPreference': { en: 'privacy choices', de: 'Entscheidungen zum Datenschutz' },
  'pd:Preference': { en: 'preferences', de: 'Vorlieben' },
  'pd:Interaction': { en: 'what was passed on, and to whom', de: 'was an wen weitergegeben wurde' },
} as const satisfies Record<string, Localised>;

export type Category = keyof typeof categories;
