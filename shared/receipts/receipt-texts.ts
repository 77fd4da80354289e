import type { Language } from '#shared/data-map/language.ts';
import type { Exception } from '#shared/data-map/exception.ts';
import type { ErasureGround } from '#shared/data-map/erasure-grounds.ts';
import type { CopyKind, PlaceResult } from './receipt-content.ts';

type Keeper = NonNullable<PlaceResult['datasets'][number]['ground']>;
type WithheldReason = Extract<PlaceResult, { outcome: 'withheld' }>['reason'];

/** What a page begins with, and the heading over what became of each controller's data. */
type Opening = { readonly title: string; readonly lead: string; readonly heading: string };

export type ReceiptTexts = {
  /** Where at least one profile was erased, now or before. */
  readonly someErased: Opening;
  /** Where every profile was left as it was. */
  readonly nothingErased: Opening;
  readonly request: string;
  readonly receiptNumber: string;
  readonly requestNumber: string;
  readonly received: string;
  readonly concluded: string;
  readonly ground: string;
  readonly grounds: Readonly<Record<ErasureGround, string>>;
  readonly earlier: string;
  readonly erasedText: string;
  readonly outcomes: Readonly<Record<PlaceResult['outcome'], (time: string) => string>>;
  readonly assurances: Readonly<Record<PlaceResult['assurance'], string>>;
  readonly nothingFound: string;
  readonly data: string;
  readonly unmapped: string;
  readonly counts: readonly [found: string, erased: string, kept: string, left: string];
  readonly kept: string;
  readonly keptText: string;
  readonly keptNothing: string;
  readonly leftInUse: string;
  readonly count: string;
  readonly reason: string;
  readonly reviewed: string;
  readonly exceptions: Readonly<Record<Exception, string>>;
  readonly keepers: Readonly<Record<Keeper, string>>;
  readonly withheld: Readonly<Record<WithheldReason, string>>;
  readonly copies: string;
  readonly downloadsText: string;
  readonly copiesText: string;
  readonly copy: string;
  readonly until: string;
  readonly whileRetained: string;
  readonly copyKinds: Readonly<Record<CopyKind, readonly [title: string, about: string]>>;
  readonly verifying: string;
  readonly verifyingText: readonly string[];
  readonly issuer: string;
  readonly issuerKeys: string;
  readonly fingerprint: string;
  readonly contentHash: string;
  readonly complaining: string;
  readonly complainingText: readonly string[];
  readonly foot: string;
};

/** The words of a receipt's page, by language. */
export const receiptTexts = {
  en: {
    someErased: {
      title: 'Receipt for the erasure of your data',
      lead: 'What was erased, what was kept and why, and until when any copy can still exist (Article 17 GDPR).',
      heading: 'What was erased',
    },
    nothingErased: {
      title: 'Your erasure request: nothing was erased',
      lead: 'What was left as it was, why, and what you can do (Article 17 GDPR).',
      heading: 'What was left as it was',
    },
    request: 'Your request',
    receiptNumber: 'Receipt',
    requestNumber: 'Request',
    received: 'Received',
    concluded: 'Concluded',
    ground: 'Reason',
    grounds: {
      '17(1)(a)': 'the data is no longer needed',
      '17(1)(b)': 'you withdrew your consent',
      '17(1)(c)': 'you objected to the processing',
      '17(1)(d)': 'the data was processed unlawfully',
      '17(1)(e)': 'a law demands the erasure',
      '17(1)(f)': 'the data was collected from a child for an online service',
    },
    earlier: 'Supplements the receipt',
    erasedText:
      'Each controller decides over its own data, so each is listed on its own. The numbers count records: found = erased + kept + left.',
    outcomes: {
      erased: (time) =>
        `Everything was stored encrypted. The keys were destroyed on ${time}; then the records were deleted, and another program looked again for what was left.`,
      'already-erased': (time) =>
        `Erased before, under another request: the keys were destroyed on ${time}. What is listed was kept then.`,
      withheld: () => 'Nothing was erased here. The reason is given below.',
    },
    assurances: {
      'vendor-scanned': 'Proved: the issuer of this receipt looked itself.',
      'site-reported': 'Reported by the website; the issuer of this receipt could not look itself.',
      'controller-asserted': 'Asserted by the controller; the issuer of this receipt could not look itself.',
      unreachable: 'Could not be reached.',
    },
    nothingFound: 'No records were found.',
    data: 'Data',
    unmapped: 'Other data',
    counts: ['Found', 'Erased', 'Kept', 'Left'],
    kept: 'What was not erased, and why',
    keptText: 'What is kept is locked: it is used for the reason given and for nothing else.',
    keptNothing: 'Nothing was kept.',
    leftInUse: 'This data was left as it was and remains in use as before; none of it is locked.',
    count: 'Records',
    reason: 'Reason',
    reviewed: 'Erased or reviewed by',
    exceptions: {
      '17(3)(a)': 'freedom of expression and information',
      '17(3)(b)': 'a law demands that it is kept',
      '17(3)(c)': 'public health',
      '17(3)(d)': 'archives, research or statistics in the public interest',
      '17(3)(e)': 'legal claims: to establish, exercise or defend them',
    },
    keepers: { 'data-map': 'by a rule for all data of this kind', hold: 'by an order for this case' },
    withheld: {
      'needs-level-2':
        'Some of this data lets you sign in. To keep a stolen mailbox from taking your second factor away, all of it is erased only after a second proof, such as a code to your phone. Ask again and confirm the number of your account, or ask while signed in at the website with your second factor.',
      'identifier-linked-recently':
        'The address was added to this account less than two weeks before, so it does not reach what was stored there until then. Ask again when the two weeks are over.',
      'no-longer-opened':
        'When the work began the address did not lead to this account alone any more: it was replaced or called unconfirmed there, another account took it, or the data was erased under another request. What is there is not told under this address. If you have an account there, sign in at the website and ask there.',
      'given-back':
        'Another request was erasing this data when yours was made, and then left it as it was. Its erasure was not announced under your request, and what was not announced is not erased. Ask again.',
    },
    copies: 'Copies that remain for a while',
    downloadsText:
      'Of the data that was erased, downloads that had been prepared for you on our side, and work files, were deleted at once.',
    copiesText:
      'Each of the following ends by itself at the date given. A keyed hash is a number made from your address with a secret key: nobody can read the address from it.',
    copy: 'What',
    until: 'Until, at the latest',
    whileRetained: 'as long as the data above is kept',
    copyKinds: {
      keys: [
        'Destroyed keys, in a backup',
        'Until then a key could be brought back. After that nobody can read your erased data any more.',
      ],
      ciphertext: ['Encrypted records, in backups', 'They cannot be read without the keys.'],
      'retained-records': ['The data that was kept', 'As listed above.'],
      'index-entries': ['Keyed hash of your address', 'So that what was kept is found when you ask for it.'],
      tombstone: [
        'Keyed hash of your account number',
        'So that old data about you is refused when it arrives again. Backups of it are included.',
      ],
      contact: ['Your address, encrypted, with this request', 'To answer you.'],
      'request-record': [
        'This request and this receipt',
        'Without your data, with keyed hashes of the addresses, numbers and names that your data was found by; to show what was done.',
      ],
      ledger: ['The steps of this request', 'Numbers and times, without your data; to show what was done.'],
      counters: ['Counters', 'Keyed hash of your address, against misuse of codes.'],
      mail: ['Mails on their way to you', 'Until they are delivered or given up.'],
      queues: ['Work queues', 'Numbers of requests only.'],
      logs: ['Technical logs', 'Numbers of requests only.'],
    },
    verifying: 'How to check this receipt',
    verifyingText: [
      'This page is for reading. The receipt itself is the signed file that you downloaded. Anybody can check it without a connection to us and without an account, with the program of the project: npm run verify-receipt -- RECEIPT --keys KEYS. KEYS are the public keys that the issuer publishes at the address below. That the receipt names issuer and address proves nothing: a forger would write them as well. Make sure that the address is the issuer’s, for instance by the website that you know, and compare the fingerprint of the key with the published one.',
      'The receipt does not name you. With the salt that you were given together with it, you, and nobody else, can show that it is about you: add --salt SALT --identifier ADDRESS. Keep the salt: it is given to nobody else.',
      'The receipt proves what the issuer states, and that nobody changed it since. It does not prove that there is no copy that it does not mention.',
    ],
    issuer: 'Issuer, by its own word',
    issuerKeys: 'Its public keys',
    fingerprint: 'Fingerprint of the key',
    contentHash: 'Hash of the receipt',
    complaining: 'Questions and complaints',
    complainingText: [
      'Questions about the data go to its controller, named above; questions about this receipt go to whoever issued it.',
      'If you do not agree, you may complain to a data protection authority, in particular in the country where you live, where you work, or where you see the infringement (Art. 77 GDPR), and you may go to court (Art. 79 GDPR). All of this is free of charge.',
    ],
    foot: 'This page works without internet connection and contains no script. It does not name you.',
  },
  de: {
    someErased: {
      title: 'Nachweis über die Löschung Ihrer Daten',
      lead: 'Was gelöscht wurde, was warum behalten wurde, und bis wann es noch Kopien geben kann (Artikel 17 DSGVO).',
      heading: 'Was gelöscht wurde',
    },
    nothingErased: {
      title: 'Ihre Löschanfrage: Es wurde nichts gelöscht',
      lead: 'Was blieb, wie es war, warum, und was Sie tun können (Artikel 17 DSGVO).',
      heading: 'Was blieb, wie es war',
    },
    request: 'Ihre Anfrage',
    receiptNumber: 'Nachweis',
    requestNumber: 'Anfrage',
    received: 'Eingegangen',
    concluded: 'Abgeschlossen',
    ground: 'Grund',
    grounds: {
      '17(1)(a)': 'die Daten werden nicht mehr gebraucht',
      '17(1)(b)': 'Sie haben Ihre Einwilligung widerrufen',
      '17(1)(c)': 'Sie haben der Verarbeitung widersprochen',
      '17(1)(d)': 'die Daten wurden unrechtmäßig verarbeitet',
      '17(1)(e)': 'ein Gesetz verlangt die Löschung',
      '17(1)(f)': 'die Daten wurden bei einem Kind für einen Online-Dienst erhoben',
    },
    earlier: 'Ergänzt den Nachweis',
    erasedText:
      'Jeder Verantwortliche entscheidet über seine eigenen Daten und ist deshalb einzeln aufgeführt. Gezählt sind Datensätze: gefunden = gelöscht + behalten + übrig.',
    outcomes: {
      erased: (time) =>
        `Alles war verschlüsselt gespeichert. Die Schlüssel wurden am ${time} vernichtet; danach wurden die Datensätze gelöscht, und ein anderes Programm hat erneut nach Resten gesucht.`,
      'already-erased': (time) =>
        `Schon früher gelöscht, auf eine andere Anfrage hin: Die Schlüssel wurden am ${time} vernichtet. Was aufgeführt ist, wurde damals behalten.`,
      withheld: () => 'Hier wurde nichts gelöscht. Der Grund steht unten.',
    },
    assurances: {
      'vendor-scanned': 'Nachgewiesen: Der Aussteller dieses Nachweises hat selbst nachgesehen.',
      'site-reported':
        'Von der Website gemeldet; der Aussteller dieses Nachweises konnte nicht selbst nachsehen.',
      'controller-asserted':
        'Vom Verantwortlichen versichert; der Aussteller dieses Nachweises konnte nicht selbst nachsehen.',
      unreachable: 'War nicht erreichbar.',
    },
    nothingFound: 'Es wurden keine Datensätze gefunden.',
    data: 'Daten',
    unmapped: 'Sonstige Daten',
    counts: ['Gefunden', 'Gelöscht', 'Behalten', 'Übrig'],
    kept: 'Was nicht gelöscht wurde, und warum',
    keptText: 'Was behalten wird, ist gesperrt: Es dient nur noch dem genannten Grund.',
    keptNothing: 'Es wurde nichts behalten.',
    leftInUse:
      'Diese Daten blieben, wie sie waren, und werden weiter verwendet wie bisher; nichts davon ist gesperrt.',
    count: 'Datensätze',
    reason: 'Grund',
    reviewed: 'Gelöscht oder überprüft bis',
    exceptions: {
      '17(3)(a)': 'freie Meinungsäußerung und Information',
      '17(3)(b)': 'ein Gesetz verlangt die Aufbewahrung',
      '17(3)(c)': 'öffentliche Gesundheit',
      '17(3)(d)': 'Archiv, Forschung oder Statistik im öffentlichen Interesse',
      '17(3)(e)': 'Rechtsansprüche: um sie geltend zu machen, auszuüben oder abzuwehren',
    },
    keepers: {
      'data-map': 'nach einer Regel für alle Daten dieser Art',
      hold: 'nach einer Anordnung für diesen Fall',
    },
    withheld: {
      'needs-level-2':
        'Mit einigen dieser Daten melden Sie sich an. Damit niemand mit einem gestohlenen Postfach Ihren zweiten Faktor entfernt, werden sie alle erst nach einem zweiten Nachweis gelöscht, etwa einem Code an Ihr Telefon. Fragen Sie erneut an und bestätigen Sie die Nummer Ihres Kontos, oder fragen Sie an, während Sie auf der Website mit zweitem Faktor angemeldet sind.',
      'identifier-linked-recently':
        'Die Adresse kam weniger als zwei Wochen vorher zu diesem Konto hinzu und reicht deshalb nicht für das, was bis dahin gespeichert wurde. Fragen Sie erneut an, wenn die zwei Wochen vorbei sind.',
      'no-longer-opened':
        'Als die Arbeit begann, führte die Adresse nicht mehr allein zu diesem Konto: Sie wurde dort ersetzt oder als unbestätigt gemeldet, ein anderes Konto hat sie übernommen, oder die Daten wurden auf eine andere Anfrage hin gelöscht. Was dort ist, wird unter dieser Adresse nicht gesagt. Haben Sie dort ein Konto, melden Sie sich auf der Website an und fragen Sie dort.',
      'given-back':
        'Eine andere Anfrage war dabei, diese Daten zu löschen, als Ihre gestellt wurde, und ließ sie dann doch, wie sie waren. Unter Ihrer Anfrage war ihre Löschung nicht angekündigt, und was nicht angekündigt ist, wird nicht gelöscht. Fragen Sie erneut an.',
    },
    copies: 'Kopien, die noch eine Weile bleiben',
    downloadsText:
      'Von dem, was gelöscht wurde, wurden auch die bei uns für Sie bereitgestellten Downloads und die Arbeitsdateien sofort gelöscht.',
    copiesText:
      'Alles Folgende endet zum genannten Zeitpunkt von selbst. Ein geschlüsselter Hashwert ist eine Zahl, die aus Ihrer Adresse mit einem geheimen Schlüssel entsteht: Niemand kann die Adresse daraus ablesen.',
    copy: 'Was',
    until: 'Spätestens bis',
    whileRetained: 'solange die Daten oben behalten werden',
    copyKinds: {
      keys: [
        'Vernichtete Schlüssel, in einer Sicherung',
        'Bis dahin ließe sich ein Schlüssel zurückholen. Danach kann niemand Ihre gelöschten Daten mehr lesen.',
      ],
      ciphertext: [
        'Verschlüsselte Datensätze, in Sicherungen',
        'Ohne die Schlüssel sind sie nicht zu lesen.',
      ],
      'retained-records': ['Die behaltenen Daten', 'Wie oben aufgeführt.'],
      'index-entries': [
        'Geschlüsselter Hashwert Ihrer Adresse',
        'Damit das Behaltene gefunden wird, wenn Sie danach fragen.',
      ],
      tombstone: [
        'Geschlüsselter Hashwert Ihrer Benutzerkennung',
        'Damit alte Daten über Sie abgewiesen werden, wenn sie erneut eintreffen. Sicherungen davon eingerechnet.',
      ],
      contact: ['Ihre Adresse, verschlüsselt, bei dieser Anfrage', 'Um Ihnen zu antworten.'],
      'request-record': [
        'Diese Anfrage und dieser Nachweis',
        'Ohne Ihre Daten, mit geschlüsselten Hashwerten der Adressen, Nummern und Namen, über die Ihre Daten gefunden wurden; um zu belegen, was getan wurde.',
      ],
      ledger: [
        'Die Schritte dieser Anfrage',
        'Nummern und Zeiten, ohne Ihre Daten; um zu belegen, was getan wurde.',
      ],
      counters: ['Zähler', 'Geschlüsselter Hashwert Ihrer Adresse, gegen den Missbrauch von Codes.'],
      mail: ['E-Mails auf dem Weg zu Ihnen', 'Bis sie zugestellt oder aufgegeben sind.'],
      queues: ['Warteschlangen', 'Nur Nummern von Anfragen.'],
      logs: ['Technische Protokolle', 'Nur Nummern von Anfragen.'],
    },
    verifying: 'Wie Sie diesen Nachweis prüfen',
    verifyingText: [
      'Diese Seite ist zum Lesen. Der Nachweis selbst ist die signierte Datei, die Sie heruntergeladen haben. Jeder kann sie ohne Verbindung zu uns und ohne Konto mit dem Programm des Projekts prüfen: npm run verify-receipt -- NACHWEIS --keys SCHLÜSSEL. SCHLÜSSEL sind die öffentlichen Schlüssel, die der Aussteller unter der unten genannten Adresse veröffentlicht. Dass der Nachweis Aussteller und Adresse nennt, beweist nichts: Ein Fälscher schriebe sie ebenso hinein. Vergewissern Sie sich, dass die Adresse dem Aussteller gehört, etwa über die Website, die Sie kennen, und vergleichen Sie den Fingerabdruck des Schlüssels mit dem veröffentlichten.',
      'Der Nachweis nennt Sie nicht. Mit dem Salt-Wert, den Sie zusammen mit ihm bekommen haben, können Sie und niemand sonst zeigen, dass er von Ihnen handelt: Fügen Sie --salt SALT --identifier ADRESSE an. Bewahren Sie den Salt-Wert auf: Niemand sonst bekommt ihn.',
      'Der Nachweis belegt, was der Aussteller erklärt, und dass es seither niemand verändert hat. Er belegt nicht, dass es keine Kopie gibt, die er nicht nennt.',
    ],
    issuer: 'Aussteller, nach eigener Angabe',
    issuerKeys: 'Seine öffentlichen Schlüssel',
    fingerprint: 'Fingerabdruck des Schlüssels',
    contentHash: 'Hashwert des Nachweises',
    complaining: 'Fragen und Beschwerden',
    complainingText: [
      'Fragen zu den Daten beantwortet der oben genannte Verantwortliche, Fragen zu diesem Nachweis sein Aussteller.',
      'Wenn Sie nicht einverstanden sind, können Sie sich bei einer Datenschutz-Aufsichtsbehörde beschweren, insbesondere in dem Land, in dem Sie wohnen, arbeiten oder den Verstoß sehen (Art. 77 DSGVO), und vor Gericht gehen (Art. 79 DSGVO). Das alles ist kostenlos.',
    ],
    foot: 'Diese Seite funktioniert ohne Internetverbindung und enthält kein Skript. Sie nennt Sie nicht.',
  },
} as const satisfies Record<Language, ReceiptTexts>;
