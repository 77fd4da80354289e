import type { DatasetDeclaration } from '../dataset.ts';

const fromYou = {
  en: 'you, when you registered or changed your account',
  de: 'Sie selbst, bei der Registrierung oder in Ihrem Konto',
};

export const account = {
  title: { en: 'Account', de: 'Konto' },
  heldBy: ['site', 'vendor'],
  fields: {
    email: {
      title: { en: 'E-mail address', de: 'E-Mail-Adresse' },
      kind: 'email',
      required: true,
      identifier: 'email',
    },
    username: { title: { en: 'User name', de: 'Benutzername' }, kind: 'text', identifier: 'username' },
    // Receives one-time passcodes, so it lets someone sign in.
    phone: {
      title: { en: 'Phone number', de: 'Telefonnummer' },
      kind: 'phone',
      identifier: 'phone',
      authenticator: true,
    },
    firstName: { title: { en: 'First name', de: 'Vorname' }, kind: 'text' },
    lastName: { title: { en: 'Last name', de: 'Nachname' }, kind: 'text' },
    company: { title: { en: 'Company', de: 'Unternehmen' }, kind: 'text' },
    website: { title: { en: 'Website', de: 'Website' }, kind: 'web-address' },
    locale: { title: { en: 'Language and region', de: 'Sprache und Region' }, kind: 'language-tag' },
    registeredAt: { title: { en: 'Registered on', de: 'Registriert am' }, kind: 'date-time', observed: true },
  },
  categories: [
    'pd:EmailAddress',
    'pd:Username',
    'pd:TelephoneNumber',
    'pd:Name',
    'pd:Professional',
    'pd:Language',
  ],
  purposes: ['service', 'login', 'billing'],
  basis: 'contract',
  bases: ['contract', 'consent', 'legitimate-interest'],
  source: fromYou,
  recipients: ['hosting', 'mail', 'sms'],
  retention: {
    active: { while: 'account-lives' },
    locked: {
      for: 'P30D',
      ground: {
        en: 'to undo a closure by mistake',
        de: 'um eine versehentliche Schließung rückgängig zu machen',
      },
    },
  },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 1,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

export const credential = {
  title: { en: 'Password', de: 'Passwort' },
  heldBy: ['vendor'],
  fields: {
    passwordHash: {
      title: { en: 'Password, as a salted hash', de: 'Passwort, als gesalzener Hashwert' },
      kind: 'hash',
      secret: true,
      hashedBySource: true,
      authenticator: true,
    },
  },
  categories: ['pd:Password'],
  purposes: ['login'],
  basis: 'contract',
  bases: ['contract', 'legitimate-interest'],
  source: fromYou,
  recipients: ['hosting'],
  retention: { active: { while: 'account-lives' }, locked: 'none' },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 2,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

export const securityQuestion = {
  title: { en: 'Security question', de: 'Sicherheitsfrage' },
  heldBy: ['site'],
  fields: {
    question: { title: { en: 'Question', de: 'Frage' }, kind: 'text', required: true, maxLength: 500 },
    answer: {
      title: { en: 'Answer', de: 'Antwort' },
      kind: 'text',
      maxLength: 500,
      secret: true,
      authenticator: true,
    },
  },
  categories: ['pd:SecretText'],
  purposes: ['login'],
  basis: 'consent',
  bases: ['consent'],
  source: fromYou,
  recipients: ['hosting'],
  retention: { active: { while: 'account-lives' }, locked: 'none' },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 2,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;
