type Authority = { readonly name: string; readonly website: string };

/**
 * The data protection authorities of the EEA, the United Kingdom and Switzerland by country (Art. 51, 77), each under its
 * own name, for complaints where the controller sits. In Germany the authority of the federal state is competent.
 */
const authorities: Readonly<Record<string, Authority>> = {
  AT: { name: 'Österreichische Datenschutzbehörde', website: 'dsb.gv.at' },
  BE: {
    name: 'Gegevensbeschermingsautoriteit / Autorité de protection des données',
    website: 'dataprotectionauthority.be',
  },
  BG: { name: 'Комисия за защита на личните данни', website: 'cpdp.bg' },
  CH: { name: 'Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter', website: 'edoeb.admin.ch' },
  CY: { name: 'Office of the Commissioner for Personal Data Protection', website: 'dataprotection.gov.cy' },
  CZ: { name: 'Úřad pro ochranu osobních údajů', website: 'uoou.gov.cz' },
  DE: {
    name: 'Datenschutz-Aufsichtsbehörde des Bundeslandes',
    website: 'datenschutzkonferenz-online.de',
  },
  DK: { name: 'Datatilsynet', website: 'datatilsynet.dk' },
  EE: { name: 'Andmekaitse Inspektsioon', website: 'aki.ee' },
  ES: { name: 'Agencia Española de Protección de Datos', website: 'aepd.es' },
  FI: { name: 'Tietosuojavaltuutetun toimisto', website: 'tietosuoja.fi' },
  FR: { name: 'Commission nationale de l’informatique et des libertés (CNIL)', website: 'cnil.fr' },
  GB: { name: 'Information Commissioner’s Office', website: 'ico.org.uk' },
  GR: { name: 'Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα', website: 'dpa.gr' },
  HR: { name: 'Agencija za zaštitu osobnih podataka', website: 'azop.hr' },
  HU: { name: 'Nemzeti Adatvédelmi és Információszabadság Hatóság', website: 'naih.hu' },
  IE: { name: 'Data Protection Commission', website: 'dataprotection.ie' },
  IS: { name: 'Persónuvernd', website: 'personuvernd.is' },
  IT: { name: 'Garante per la protezione dei dati personali', website: 'garanteprivacy.it' },
  LI: { name: 'Datenschutzstelle Fürstentum Liechtenstein', website: 'datenschutzstelle.li' },
  LT: { name: 'Valstybinė duomenų apsaugos inspekcija', website: 'vdai.lrv.lt' },
  LU: { name: 'Commission nationale pour la protection des données', website: 'cnpd.lu' },
  LV: { name: 'Datu valsts inspekcija', website: 'dvi.gov.lv' },
  MT: { name: 'Office of the Information and Data Protection Commissioner', website: 'idpc.org.mt' },
  NL: { name: 'Autoriteit Persoonsgegevens', website: 'autoriteitpersoonsgegevens.nl' },
  NO: { name: 'Datatilsynet', website: 'datatilsynet.no' },
  PL: { name: 'Urząd Ochrony Danych Osobowych', website: 'uodo.gov.pl' },
  PT: { name: 'Comissão Nacional de Proteção de Dados', website: 'cnpd.pt' },
  RO: {
    name: 'Autoritatea Naţională de Supraveghere a Prelucrării Datelor cu Caracter Personal',
    website: 'dataprotection.ro',
  },
  SE: { name: 'Integritetsskyddsmyndigheten', website: 'imy.se' },
  SI: { name: 'Informacijski pooblaščenec', website: 'ip-rs.si' },
  SK: { name: 'Úrad na ochranu osobných údajov Slovenskej republiky', website: 'dataprotection.gov.sk' },
};

/** The authority of a country's seat (ISO 3166-1 alpha-2), or nothing for countries without one here. */
export const findAuthority = (country: string): Authority | undefined =>
  Object.hasOwn(authorities, country) ? authorities[country] : undefined;
