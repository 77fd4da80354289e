import { bases } from '../basis.ts';
import type { DatasetDeclaration } from '../dataset.ts';

const claims = {
  en: 'to establish, exercise or defend legal claims',
  de: 'zur Geltendmachung, Ausübung oder Verteidigung von Rechtsansprüchen',
};

/** What proves that consent was given (Art. 7(1), G04). Basis and purpose leave it out of portability anyway. */
export const consent = {
  title: { en: 'Consents', de: 'Einwilligungen' },
  heldBy: ['site', 'vendor'],
  fields: {
    // The controller's notice, and a digest of the words that were shown.
    noticeVersion: {
      title: { en: 'Version of the notice', de: 'Fassung der Erklärung' },
      kind: 'text',
      required: true,
      provided: false,
    },
    wordingDigest: {
      title: { en: 'Digest of the wording', de: 'Prüfsumme des Wortlauts' },
      kind: 'digest',
      provided: false,
    },
    purposes: { title: { en: 'Purposes', de: 'Zwecke' }, kind: 'terms', required: true },
    decision: {
      title: { en: 'Decision', de: 'Entscheidung' },
      kind: 'choice',
      choices: ['given', 'refused', 'withdrawn'],
      required: true,
    },
    at: { title: { en: 'Time', de: 'Zeitpunkt' }, kind: 'date-time', required: true },
    // How the controller asked.
    method: {
      title: { en: 'How given', de: 'Art der Erteilung' },
      kind: 'text',
      required: true,
      provided: false,
    },
    language: {
      title: { en: 'Language', de: 'Sprache' },
      kind: 'language-tag',
      required: true,
      provided: false,
    },
  },
  categories: ['pd:PrivacyPreference'],
  purposes: ['evidence'],
  basis: 'legal-obligation',
  bases: ['legal-obligation'],
  basisReference: { en: 'Art. 7(1) GDPR', de: 'Art. 7 Abs. 1 DSGVO' },
  source: { en: 'your decision', de: 'Ihre Entscheidung' },
  recipients: ['hosting'],
  retention: {
    active: { while: 'consent-lives' },
    locked: { for: 'P3Y', ground: claims },
  },
  scope: 'retained',
  erasure: { effect: 'retain', exception: '17(3)(e)', ground: claims },
  levelToErase: 'none',
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;

/** What was passed on or read (P02, P14, Art. 5(2)). The controller makes every value of it. */
export const disclosure = {
  title: { en: 'Disclosures and reads', de: 'Weitergaben und Abrufe' },
  heldBy: ['vendor'],
  fields: {
    // A `read` is an access by a site, the staff or someone with a grant; anything else is a disclosure.
    kind: {
      title: { en: 'Kind', de: 'Art' },
      kind: 'choice',
      choices: ['disclosure', 'read'],
      provided: false,
    },
    recipient: { title: { en: 'Recipient', de: 'Empfänger' }, kind: 'text', required: true, provided: false },
    // Who within the recipient, as a role or an opaque id: an employee is not named as a rule (CJEU C-579/21).
    reader: { title: { en: 'Reader', de: 'Abrufende Stelle' }, kind: 'term', provided: false },
    datasets: { title: { en: 'Data', de: 'Daten' }, kind: 'terms', required: true, provided: false },
    purpose: { title: { en: 'Purpose', de: 'Zweck' }, kind: 'term', provided: false },
    ground: {
      title: { en: 'Ground', de: 'Anlass' },
      kind: 'choice',
      choices: ['D1', 'D2', 'D3', 'D4', 'D5'],
      required: true,
      provided: false,
    },
    basis: {
      title: { en: 'Legal basis', de: 'Rechtsgrundlage' },
      kind: 'choice',
      choices: bases,
      required: true,
      provided: false,
    },
    // Where data leaves the EEA (P02, Art. 15(2)).
    transferTool: {
      title: { en: 'Safeguard of the transfer', de: 'Garantie der Übermittlung' },
      kind: 'text',
      provided: false,
    },
    at: { title: { en: 'Time', de: 'Zeitpunkt' }, kind: 'date-time', required: true, provided: false },
  },
  categories: ['pd:Interaction'],
  purposes: ['evidence'],
  basis: 'legal-obligation',
  bases: ['legal-obligation'],
  basisReference: { en: 'Art. 5(2) GDPR', de: 'Art. 5 Abs. 2 DSGVO' },
  source: { en: 'our own records', de: 'unsere eigenen Aufzeichnungen' },
  recipients: ['hosting'],
  retention: { active: { for: 'P3Y' }, locked: 'none' },
  scope: 'retained',
  erasure: { effect: 'retain', exception: '17(3)(e)', ground: claims },
  levelToErase: 'none',
  marketingUse: 'never',
} as const satisfies DatasetDeclaration;
