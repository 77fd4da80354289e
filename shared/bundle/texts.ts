import type { ExportRight } from '#shared/data-map/exported-fields.ts';
import type { Language, Localised } from '#shared/data-map/language.ts';
import type { RedactionReason } from './redaction.ts';

/** Why something was left out, for people. */
export const redactionTexts = {
  secret: {
    en: 'Kept only as a salted hash. It is not given out, to protect your account; that it is set is stated.',
    de: 'Nur als gesalzener Hashwert gespeichert. Zum Schutz Ihres Kontos wird er nicht herausgegeben; dass er gesetzt ist, wird angegeben.',
  },
  'not-provided-by-subject': {
    en: 'Not provided by you but made by the controller. An access request gives it.',
    de: 'Nicht von Ihnen bereitgestellt, sondern vom Verantwortlichen erzeugt. Eine Auskunft enthält es.',
  },
  'basis-not-portable': {
    en: 'Processed neither on your consent nor on a contract with you. An access request gives it.',
    de: 'Weder auf Ihre Einwilligung noch auf einen Vertrag mit Ihnen gestützt. Eine Auskunft enthält es.',
  },
  'identifier-linked-recently': {
    en: 'Older than the link between your address and this account, which was made a short while ago. Ask again in some days.',
    de: 'Älter als die Verknüpfung Ihrer Adresse mit diesem Konto, die erst kurz besteht. Fragen Sie in einigen Tagen erneut.',
  },
  'rights-of-others': {
    en: 'Would disclose data of other people.',
    de: 'Würde Daten anderer Personen offenlegen.',
  },
  'not-in-data-map': {
    en: 'Stored under an earlier description of the data; withheld until it has been reviewed.',
    de: 'Unter einer früheren Beschreibung der Daten gespeichert; bis zur Prüfung zurückgehalten.',
  },
} as const satisfies Record<RedactionReason, Localised>;

export type BundleTexts = {
  readonly title: Readonly<Record<ExportRight, string>>;
  readonly lead: Readonly<Record<ExportRight, string>>;
  readonly request: string;
  readonly requestNumber: string;
  readonly received: string;
  readonly due: string;
  readonly prepared: string;
  readonly bundle: string;
  readonly partOf: (number: number, of: number) => string;
  readonly inside: string;
  readonly insideText: readonly string[];
  readonly asStatedBy: (issuer: string) => string;
  readonly contact: string;
  readonly nothing: string;
  readonly erasedOn: (day: string) => string;
  readonly data: string;
  readonly records: string;
  readonly files: string;
  readonly alsoInside: string;
  readonly other: Readonly<Record<string, string>>;
  readonly leftOut: string;
  readonly leftOutNothing: string;
  readonly field: string;
  readonly count: string;
  readonly reason: string;
  readonly reading: string;
  readonly readingText: readonly string[];
  readonly verifying: string;
  readonly verifyingText: readonly string[];
  readonly complaining: string;
  readonly complainingText: (issuer: string) => readonly string[];
  readonly foot: string;
  readonly grounds: Readonly<Record<'D1' | 'D2' | 'D3' | 'D4' | 'D5', string>>;
};

/** The words of a bundle's index, by language. */
export const bundleTexts = {
  en: {
    title: { access: 'Your personal data', portability: 'Your data to take with you' },
    lead: {
      access:
        'A copy of the personal data held about you, with the information that Article 15 GDPR asks for.',
      portability:
        'The data that you provided on the basis of your consent or a contract, in forms that other services can read (Article 20 GDPR).',
    },
    request: 'Your request',
    requestNumber: 'Number',
    received: 'Received',
    due: 'Due',
    prepared: 'Prepared',
    bundle: 'Bundle',
    partOf: (number, of) => `${number} of ${of}`,
    inside: 'What is inside',
    insideText: [
      'Each controller decides over its own data, so each has a folder of its own. The tables name the number of records; select a form to open the file.',
    ],
    asStatedBy: (issuer) => `Name and contact as the controller stated them to ${issuer}.`,
    contact: 'Contact',
    nothing: 'No records in this bundle.',
    erasedOn: (day) =>
      `Data held here was erased on ${day}, at your request or that of the controller. Of it there is only what has to be kept.`,
    data: 'Data',
    records: 'Records',
    files: 'Files',
    alsoInside: 'Also inside',
    other: {
      'information.html': 'purposes, recipients, retention and your rights, for each controller',
      'information.json': 'the same, for machines',
      'consents.json': 'your consents, with the field names of ISO/IEC TS 27560',
      'disclosures.json': 'to whom data was given and who read it, when and why',
      'redactions.json': 'what was left out, and why',
      'request.json': 'the course of your request',
      'datapackage.json': 'description of the CSV files (Frictionless Data Package)',
      schemas: 'description of each kind of record (JSON Schema)',
    },
    leftOut: 'What was left out, and why',
    leftOutNothing: 'Nothing was left out.',
    field: 'Field',
    count: 'Count',
    reason: 'Reason',
    reading: 'How to read the files',
    readingText: [
      'Each kind of data comes twice: as JSON Lines (one record a line) and as CSV for spreadsheets. The JSON files are authoritative.',
      'In the CSV files, cells that a spreadsheet would take for a formula (they begin with =, +, - or @) have an apostrophe in front, phone numbers among them. This keeps foreign text from running on your computer.',
    ],
    verifying: 'How to check that nothing was changed',
    verifyingText: [
      'The file manifest-sha512.txt, beside the folder of this page, lists a checksum for every file. Those who have the command sha512sum can check them all, in that folder: sha512sum -c manifest-sha512.txt',
      'The list itself is signed. The folder “signature” says how to verify that, without any connection to us.',
    ],
    complaining: 'Questions and complaints',
    complainingText: (issuer) => [
      `Questions about the data go to its controller, named above. Questions about this bundle go to ${issuer}.`,
      'You may have data corrected or erased, have its processing restricted, and object to it, free of charge. You may complain to a data protection authority, in particular in the country where you live, where you work, or where you see the infringement (Art. 77 GDPR), free of charge as well, and you may go to court (Art. 79 GDPR).',
    ],
    foot: 'This page works without internet connection and contains no script. Keep it safe: it leads to your personal data.',
    grounds: {
      D1: 'with your consent',
      D2: 'needed to follow your instructions',
      D3: 'reasonably needed to provide features and functions',
      D4: 'required by law, subpoena or other legal process',
      D5: 'needed to enforce the user agreement or to protect rights, property and safety',
    },
  },
  de: {
    title: { access: 'Ihre personenbezogenen Daten', portability: 'Ihre Daten zum Mitnehmen' },
    lead: {
      access:
        'Eine Kopie der über Sie gespeicherten personenbezogenen Daten mit den Angaben, die Artikel 15 DSGVO verlangt.',
      portability:
        'Die Daten, die Sie auf Grundlage Ihrer Einwilligung oder eines Vertrags bereitgestellt haben, in Formaten, die andere Dienste lesen können (Artikel 20 DSGVO).',
    },
    request: 'Ihre Anfrage',
    requestNumber: 'Nummer',
    received: 'Eingegangen',
    due: 'Fällig',
    prepared: 'Erstellt',
    bundle: 'Paket',
    partOf: (number, of) => `${number} von ${of}`,
    inside: 'Was enthalten ist',
    insideText: [
      'Jeder Verantwortliche entscheidet über seine eigenen Daten und hat deshalb einen eigenen Ordner. Die Tabellen nennen die Anzahl der Datensätze; wählen Sie ein Format, um die Datei zu öffnen.',
    ],
    asStatedBy: (issuer) => `Name und Kontakt nach Angabe des Verantwortlichen gegenüber ${issuer}.`,
    contact: 'Kontakt',
    nothing: 'Keine Datensätze in diesem Paket.',
    erasedOn: (day) =>
      `Daten, die hier gespeichert waren, wurden am ${day} gelöscht, auf Ihren Wunsch oder den des Verantwortlichen. Davon gibt es nur noch, was aufbewahrt werden muss.`,
    data: 'Daten',
    records: 'Datensätze',
    files: 'Dateien',
    alsoInside: 'Außerdem enthalten',
    other: {
      'information.html': 'Zwecke, Empfänger, Speicherdauer und Ihre Rechte, je Verantwortlichem',
      'information.json': 'dasselbe, maschinenlesbar',
      'consents.json': 'Ihre Einwilligungen, mit den Feldnamen von ISO/IEC TS 27560',
      'disclosures.json': 'an wen Daten gingen und wer sie abrief, wann und warum',
      'redactions.json': 'was weggelassen wurde, und warum',
      'request.json': 'der Verlauf Ihrer Anfrage',
      'datapackage.json': 'Beschreibung der CSV-Dateien (Frictionless Data Package)',
      schemas: 'Beschreibung jeder Art von Datensatz (JSON Schema)',
    },
    leftOut: 'Was weggelassen wurde, und warum',
    leftOutNothing: 'Es wurde nichts weggelassen.',
    field: 'Feld',
    count: 'Anzahl',
    reason: 'Grund',
    reading: 'Wie Sie die Dateien lesen',
    readingText: [
      'Jede Art von Daten liegt zweimal vor: als JSON Lines (ein Datensatz je Zeile) und als CSV für Tabellenprogramme. Maßgeblich sind die JSON-Dateien.',
      'In den CSV-Dateien steht vor Zellen, die ein Tabellenprogramm für eine Formel halten würde (sie beginnen mit =, +, - oder @), ein Apostroph, auch vor Telefonnummern. So wird kein fremder Text auf Ihrem Rechner ausgeführt.',
    ],
    verifying: 'Wie Sie prüfen, dass nichts verändert wurde',
    verifyingText: [
      'Die Datei manifest-sha512.txt, neben dem Ordner dieser Seite, nennt für jede Datei eine Prüfsumme. Wer den Befehl sha512sum hat, prüft sie in jenem Ordner alle auf einmal: sha512sum -c manifest-sha512.txt',
      'Die Liste selbst ist signiert. Der Ordner „signature“ beschreibt, wie Sie das ohne Verbindung zu uns prüfen.',
    ],
    complaining: 'Fragen und Beschwerden',
    complainingText: (issuer) => [
      `Fragen zu den Daten beantwortet der oben genannte Verantwortliche, Fragen zu diesem Paket ${issuer}.`,
      'Sie können Daten berichtigen oder löschen und ihre Verarbeitung einschränken lassen und ihr widersprechen, kostenlos. Sie können sich bei einer Datenschutz-Aufsichtsbehörde ebenfalls kostenlos beschweren, insbesondere in dem Land, in dem Sie wohnen, arbeiten oder den Verstoß sehen (Art. 77 DSGVO), und vor Gericht gehen (Art. 79 DSGVO).',
    ],
    foot: 'Diese Seite funktioniert ohne Internetverbindung und enthält kein Skript. Bewahren Sie sie sicher auf: sie führt zu Ihren personenbezogenen Daten.',
    grounds: {
      D1: 'mit Ihrer Einwilligung',
      D2: 'um Ihre Weisungen auszuführen',
      D3: 'angemessen erforderlich für Merkmale und Funktionen des Dienstes',
      D4: 'durch Gesetz, Vorladung oder anderes rechtliches Verfahren verlangt',
      D5: 'zur Durchsetzung der Nutzungsvereinbarung oder zum Schutz von Rechten, Eigentum und Sicherheit',
    },
  },
} as const satisfies Record<Language, BundleTexts>;
