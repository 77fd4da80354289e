import type { Language } from '#shared/data-map/language.ts';

export type InformationTexts = {
  readonly title: string;
  readonly lead: string;
  readonly back: string;
  readonly labels: Readonly<
    Record<
      | 'contact'
      | 'country'
      | 'processor'
      | 'purposes'
      | 'categories'
      | 'basis'
      | 'recipients'
      | 'retention'
      | 'source',
      string
    >
  >;
  readonly basisNote: string;
  readonly noData: string;
  readonly processorRole: string;
  readonly headings: Readonly<Record<'rights' | 'complaint' | 'automatedDecisions' | 'transfers', string>>;
  readonly rights: readonly string[];
  readonly complaint: (authority: string | undefined) => string;
  readonly automatedDecisions: string;
  readonly noAutomatedDecisions: string;
  readonly transfers: string;
  readonly ownWords: string;
};

/** The Article 15 answer where a controller gave no text of its own. */
export const informationTexts = {
  en: {
    title: 'Information about the processing of your data',
    lead: 'What Article 15(1) and (2) GDPR entitles you to know, for each controller.',
    back: 'Back to the overview',
    labels: {
      contact: 'Contact',
      country: 'Country',
      processor: 'Processor',
      purposes: 'Purposes',
      categories: 'Categories of data',
      basis: 'Usual legal basis',
      recipients: 'Recipients',
      retention: 'How long it is meant to be kept',
      source: 'Source',
    },
    basisNote: 'The legal basis of each record stands on the record.',
    noData: 'This bundle holds no data of this controller.',
    processorRole: 'processor: stores and protects the data for the controller',
    headings: {
      rights: 'Your rights',
      complaint: 'Complaint',
      automatedDecisions: 'Automated decisions',
      transfers: 'Transfers to third countries',
    },
    rights: [
      'to have wrong data corrected and incomplete data completed (Art. 16 GDPR)',
      'to have data erased (Art. 17 GDPR)',
      'to have processing restricted (Art. 18 GDPR)',
      'to receive the data that you provided in a machine-readable form (Art. 20 GDPR)',
      'to object to processing, to direct marketing at any time and without grounds (Art. 21 GDPR)',
      'to withdraw a consent at any time with effect for the future (Art. 7(3) GDPR)',
    ],
    complaint: (authority) =>
      `You may complain to a data protection authority: in the country where you live, where you work, or where you see the infringement (Art. 77 GDPR).${
        authority === undefined ? '' : ` Where the controller has its seat, this is: ${authority}.`
      } You may also go to court (Art. 79 GDPR).`,
    automatedDecisions:
      'At each sign-in, device, browser, IP address, approximate location, time and language are compared with those of earlier sign-ins. The more they differ, the higher the risk score; a high score asks for a second factor or refuses the sign-in. You can have this reviewed by a person: write to the contact above. No other decisions with legal or similarly significant effects are made by machines alone (Art. 22 GDPR).',
    noAutomatedDecisions:
      'No decisions with legal or similarly significant effects are made about you by machines alone (Art. 22 GDPR).',
    transfers: 'Safeguards of the recipients named above:',
    ownWords: 'In the controller’s own words',
  },
  de: {
    title: 'Informationen zur Verarbeitung Ihrer Daten',
    lead: 'Was Sie nach Artikel 15 Absatz 1 und 2 DSGVO erfahren dürfen, für jeden Verantwortlichen.',
    back: 'Zurück zur Übersicht',
    labels: {
      contact: 'Kontakt',
      country: 'Land',
      processor: 'Auftragsverarbeiter',
      purposes: 'Zwecke',
      categories: 'Datenkategorien',
      basis: 'Übliche Rechtsgrundlage',
      recipients: 'Empfänger',
      retention: 'Vorgesehene Speicherdauer',
      source: 'Herkunft',
    },
    basisNote: 'Die Rechtsgrundlage jedes Datensatzes steht im Datensatz.',
    noData: 'Dieses Paket enthält keine Daten dieses Verantwortlichen.',
    processorRole: 'Auftragsverarbeiter: speichert und schützt die Daten für den Verantwortlichen',
    headings: {
      rights: 'Ihre Rechte',
      complaint: 'Beschwerde',
      automatedDecisions: 'Automatisierte Entscheidungen',
      transfers: 'Übermittlung in Drittländer',
    },
    rights: [
      'falsche Daten berichtigen und unvollständige ergänzen zu lassen (Art. 16 DSGVO)',
      'Daten löschen zu lassen (Art. 17 DSGVO)',
      'die Verarbeitung einschränken zu lassen (Art. 18 DSGVO)',
      'die von Ihnen bereitgestellten Daten maschinenlesbar zu erhalten (Art. 20 DSGVO)',
      'der Verarbeitung zu widersprechen, gegen Direktwerbung jederzeit und ohne Gründe (Art. 21 DSGVO)',
      'eine Einwilligung jederzeit für die Zukunft zu widerrufen (Art. 7 Abs. 3 DSGVO)',
    ],
    complaint: (authority) =>
      `Sie können sich bei einer Datenschutz-Aufsichtsbehörde beschweren: in dem Land, in dem Sie wohnen, arbeiten oder den Verstoß sehen (Art. 77 DSGVO).${
        authority === undefined ? '' : ` Am Sitz des Verantwortlichen ist dies: ${authority}.`
      } Sie können auch vor Gericht gehen (Art. 79 DSGVO).`,
    automatedDecisions:
      'Bei jeder Anmeldung werden Gerät, Browser, IP-Adresse, ungefährer Standort, Uhrzeit und Sprache mit früheren Anmeldungen verglichen. Je stärker sie abweichen, desto höher der Risikowert; ein hoher Wert verlangt einen zweiten Faktor oder verweigert die Anmeldung. Sie können das von einem Menschen prüfen lassen: schreiben Sie an den oben genannten Kontakt. Andere Entscheidungen mit rechtlicher oder ähnlich erheblicher Wirkung treffen Maschinen nicht allein (Art. 22 DSGVO).',
    noAutomatedDecisions:
      'Entscheidungen mit rechtlicher oder ähnlich erheblicher Wirkung treffen Maschinen über Sie nicht allein (Art. 22 DSGVO).',
    transfers: 'Garantien der oben genannten Empfänger:',
    ownWords: 'Mit den Worten des Verantwortlichen',
  },
} as const satisfies Record<Language, InformationTexts>;
