/** The words of a receipt's page in German; `receipt-texts.ts` has their form. */
export const german = {
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
    erased: (time: string) =>
      `Alles war verschlüsselt gespeichert. Die Schlüssel des Gelöschten wurden am ${time} vernichtet; danach wurden die Datensätze gelöscht, und ein anderes Programm hat erneut nach Resten gesucht.`,
    'already-erased': (time: string) =>
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
  countedItself: 'Vom Aussteller dieses Nachweises selbst gezählt.',
  nothingFound: 'Es wurden keine Datensätze gefunden.',
  data: 'Daten',
  unmapped: 'Sonstige Daten',
  counts: ['Gefunden', 'Gelöscht', 'Behalten', 'Übrig'],
  kept: 'Was nicht gelöscht wurde, und warum',
  keptText:
    'Was behalten wird, ist gesperrt: Es dient nur noch dem genannten Grund. Es endet nicht von selbst: Spätestens am genannten Tag muss ein Mensch es prüfen und es löschen oder sagen, warum es bleibt.',
  keptNothing: 'Es wurde nichts behalten.',
  leftInUse:
    'Diese Daten blieben, wie sie waren, und werden weiter verwendet wie bisher; nichts davon ist gesperrt.',
  count: 'Datensätze',
  reason: 'Grund',
  reviewed: 'Zu prüfen bis',
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
    'Die Zeitpunkte sind die letzten, zu denen es jedes geben kann. Darunter steht, was es beendet. Wo das ein Mensch ist, tut es noch kein Programm: Der Aussteller muss bis dahin dafür sorgen. Ein geschlüsselter Hashwert ist eine Zahl, die aus Ihrer Adresse mit einem geheimen Schlüssel entsteht: Ohne diesen Schlüssel kann niemand die Adresse daran erkennen.',
  copy: 'Was',
  until: 'Spätestens bis',
  whileRetained: 'solange die Daten oben behalten werden',
  endings: {
    service: 'endet von selbst',
    run: 'löscht ein Programm des Ausstellers',
    person: 'muss ein Mensch löschen',
  },
  copyKinds: {
    keys: [
      'Vernichtete Schlüssel, in einer Sicherung',
      'Bis dahin ließe sich ein Schlüssel zurückholen. Danach kann niemand Ihre gelöschten Daten mehr lesen.',
    ],
    ciphertext: ['Verschlüsselte Datensätze, in Sicherungen', 'Ohne die Schlüssel sind sie nicht zu lesen.'],
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
    'Fragen zu den Daten beantwortet der oben genannte Verantwortliche. Ein Nachweis enthält keine Adressen, deshalb steht seine nicht hier: Sie finden sie in der Datenschutzerklärung seiner Website und, falls Sie eine Kopie Ihrer Daten angefordert haben, dort in der Datei information.html. Fragen zu diesem Nachweis beantwortet sein Aussteller: Antworten Sie auf die E-Mail, die Ihnen das Ende der Anfrage mitgeteilt hat.',
    'Wenn Sie nicht einverstanden sind, können Sie sich bei einer Datenschutz-Aufsichtsbehörde kostenlos beschweren, insbesondere in dem Land, in dem Sie wohnen, arbeiten oder den Verstoß sehen (Art. 77 DSGVO), und vor Gericht gehen (Art. 79 DSGVO).',
  ],
  foot: 'Diese Seite funktioniert ohne Internetverbindung und enthält kein Skript. Sie nennt Sie nicht.',
} as const;
