import type { DatasetDeclaration } from '../dataset.ts';

export const licence = {
  title: { en: 'Licences', de: 'Lizenzen' },
  heldBy: ['vendor'],
  fields: {
    plan: { title: { en: 'Plan', de: 'Tarif' }, kind: 'text', required: true },
    // Issued by the vendor; whoever has it can use the licence.
    key: {
      title: { en: 'Licence key', de: 'Lizenzschlüssel' },
      kind: 'text',
      maxLength: 500,
      secret: true,
      provided: false,
    },
    seats: { title: { en: 'Number of users', de: 'Anzahl Nutzer' }, kind: 'whole-number' },
    // Follows from the vendor's terms.
    validUntil: { title: { en: 'Valid until', de: 'Gültig bis' }, kind: 'date', provided: false },
  },
  categories: ['pd:Purchase'],
  purposes: ['service', 'licence'],
  basis: 'contract',
  bases: ['contract'],
  source: { en: 'your order', de: 'Ihre Bestellung' },
  recipients: ['hosting'],
  retention: {
    active: { while: 'licence-runs' },
    locked: {
      for: 'P1Y',
      ground: { en: 'questions about an expired licence', de: 'Rückfragen zu abgelaufenen Lizenzen' },
    },
  },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 1,
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

const taxLaw = {
  en: 'invoices are kept by tax and commercial law',
  de: 'Rechnungen sind nach Steuer- und Handelsrecht aufzubewahren',
};

export const billing = {
  title: { en: 'Invoices', de: 'Rechnungen' },
  heldBy: ['vendor'],
  fields: {
    // The vendor makes number, sums and date of an invoice; name and address come from the person.
    invoiceNumber: {
      title: { en: 'Invoice number', de: 'Rechnungsnummer' },
      kind: 'text',
      required: true,
      provided: false,
    },
    amount: { title: { en: 'Amount', de: 'Betrag' }, kind: 'amount', required: true, provided: false },
    currency: { title: { en: 'Currency', de: 'Währung' }, kind: 'currency', required: true, provided: false },
    issuedAt: {
      title: { en: 'Issued on', de: 'Ausgestellt am' },
      kind: 'date',
      required: true,
      provided: false,
    },
    name: { title: { en: 'Name', de: 'Name' }, kind: 'text' },
    address: { title: { en: 'Address', de: 'Anschrift' }, kind: 'text', maxLength: 1000 },
  },
  categories: ['pd:Transactional', 'pd:Name', 'pd:PhysicalAddress'],
  purposes: ['billing'],
  basis: 'legal-obligation',
  bases: ['legal-obligation', 'contract'],
  basisReference: taxLaw,
  source: { en: 'your orders', de: 'Ihre Bestellungen' },
  recipients: ['hosting'],
  retention: { active: { for: 'P1Y' }, locked: { until: 'P10Y', ground: taxLaw } },
  scope: 'retained',
  erasure: { effect: 'retain', exception: '17(3)(b)', ground: taxLaw },
  levelToErase: 'none',
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

export const supportCase = {
  title: { en: 'Support cases', de: 'Supportanfragen' },
  heldBy: ['vendor', 'site'],
  fields: {
    // The person picks it in the support form (P06).
    category: { title: { en: 'Category', de: 'Kategorie' }, kind: 'text', required: true },
    subject: { title: { en: 'Subject', de: 'Betreff' }, kind: 'text', maxLength: 500 },
    message: { title: { en: 'Message', de: 'Nachricht' }, kind: 'long-text', mayContainOthers: true },
    openedAt: {
      title: { en: 'Opened at', de: 'Eröffnet am' },
      kind: 'date-time',
      required: true,
      observed: true,
    },
    // Seen by the software, but an act of the staff.
    answeredAt: {
      title: { en: 'Answered at', de: 'Beantwortet am' },
      kind: 'date-time',
      observed: true,
      provided: false,
    },
  },
  categories: ['pd:Communication'],
  purposes: ['support', 'improvement'],
  basis: 'contract',
  bases: ['contract', 'consent', 'legitimate-interest'],
  source: { en: 'you, when you asked for help', de: 'Sie selbst, als Sie um Hilfe baten' },
  recipients: ['hosting', 'mail'],
  retention: {
    active: { for: 'P1Y' },
    locked: {
      for: 'P2Y',
      ground: {
        en: 'follow-up questions and claims from the case',
        de: 'Rückfragen und Ansprüche aus der Anfrage',
      },
    },
  },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 1,
  marketingUse: 'only-with-marketing-consent',
} as const satisfies DatasetDeclaration;

export const marketingPreference = {
  title: { en: 'Marketing choices', de: 'Werbeeinstellungen' },
  heldBy: ['vendor'],
  fields: {
    channel: { title: { en: 'Channel', de: 'Weg' }, kind: 'term', required: true },
    allowed: { title: { en: 'Allowed', de: 'Erlaubt' }, kind: 'yes-no', required: true },
  },
  categories: ['pd:PrivacyPreference', 'pd:Preference'],
  purposes: ['marketing'],
  basis: 'consent',
  bases: ['consent'],
  source: { en: 'your choice', de: 'Ihre Entscheidung' },
  recipients: ['hosting', 'mail'],
  retention: { active: { while: 'not-withdrawn' }, locked: 'none' },
  scope: 'ordinary',
  erasure: { effect: 'delete' },
  levelToErase: 0,
  marketingUse: 'only-with-marketing-consent',
} as const satisfies DatasetDeclaration;
