import type { DatasetDeclaration } from '../dataset.ts';

/** Risk-based login (P05): only from sites that use it, and for people who accepted it. All of it is observed. */
export const device = {
  title: { en: 'Devices and sign-ins', de: 'Geräte und Anmeldungen' },
  heldBy: ['site'],
  fields: {
    ip: { title: { en: 'IP address', de: 'IP-Adresse' }, kind: 'ip', observed: true },
    userAgent: {
      title: { en: 'User agent', de: 'User-Agent' },
      kind: 'text',
      maxLength: 1000,
      observed: true,
    },
    browser: { title: { en: 'Browser', de: 'Browser' }, kind: 'text', observed: true },
    deviceType: { title: { en: 'Type of device', de: 'Geräteart' }, kind: 'text', observed: true },
    // What the browser states, weights included ("de-DE,de;q=0.9"), so no plain language tag.
    language: { title: { en: 'Language', de: 'Sprache' }, kind: 'text', observed: true },
    location: { title: { en: 'Location', de: 'Standort' }, kind: 'text', observed: true },
    fingerprint: {
      title: { en: 'Device fingerprint', de: 'Geräte-Fingerabdruck' },
      kind: 'text',
      maxLength: 1000,
      observed: true,
    },
    seenAt: { title: { en: 'Seen at', de: 'Gesehen am' }, kind: 'date-time', required: true, observed: true },
  },
  categories: ['pd:IPAddress', 'pd:DeviceSoftware', 'pd:BrowserFingerprint', 'pd:Location', 'pd:Language'],
  purposes: ['risk-based-login'],
  basis: 'consent',
  bases: ['consent'],
  source: { en: 'your device, when you signed in', de: 'Ihr Gerät, bei der Anmeldung' },
  recipients: ['hosting'],
  retention: { active: { for: 'P180D' }, locked: 'none' },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 1,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

export const otpMessage = {
  title: { en: 'One-time passcodes sent', de: 'Versandte Einmalpasswörter' },
  heldBy: ['site'],
  fields: {
    // Chosen by the person when setting up the second factor.
    channel: { title: { en: 'Channel', de: 'Weg' }, kind: 'term', required: true },
    to: { title: { en: 'Sent to', de: 'Gesendet an' }, kind: 'contact', identifier: 'email-or-phone' },
    sentAt: {
      title: { en: 'Sent at', de: 'Gesendet am' },
      kind: 'date-time',
      required: true,
      observed: true,
    },
    outcome: { title: { en: 'Outcome', de: 'Ergebnis' }, kind: 'text', observed: true },
  },
  categories: [
    'pd:EmailAddress',
    'pd:TelephoneNumber',
    'pd:CommunicationsMetadata',
    'pd:AuthenticationHistory',
  ],
  purposes: ['login'],
  basis: 'contract',
  bases: ['contract', 'consent', 'legitimate-interest'],
  source: { en: 'the sending of the message', de: 'der Versand der Nachricht' },
  recipients: ['hosting', 'mail', 'sms'],
  retention: {
    active: { for: 'P90D' },
    locked: {
      for: 'P30D',
      ground: { en: 'to settle bills for messages', de: 'zur Abrechnung von Nachrichten' },
    },
  },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 1,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;
