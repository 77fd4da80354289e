import type { Language, Localised } from './language.ts';

/** ISO 8601 duration of whole days or whole years. */
type Period = `P${number}${'D' | 'Y'}`;

/**
 * How long a record is used, and how long it is then locked (stored only, P15) before it is erased. Terms are defaults
 * and no legal advice. A locked term needs a ground.
 */
export type Retention = {
  readonly active: { readonly for: Period } | { readonly while: keyof (typeof conditions)['en'] };
  /** `for`: from the end of the active term. `until`: from the day of the record. */
  readonly locked:
    'none' | ({ readonly ground: Localised } & ({ readonly for: Period } | { readonly until: Period }));
};

const conditions = {
  en: {
    'account-lives': 'as long as the account exists',
    'licence-runs': 'as long as the licence runs',
    'not-withdrawn': 'until you withdraw it',
    'consent-lives': 'as long as the consent is in force',
  },
  de: {
    'account-lives': 'solange das Konto besteht',
    'licence-runs': 'solange die Lizenz läuft',
    'not-withdrawn': 'bis Sie widerrufen',
    'consent-lives': 'solange die Einwilligung gilt',
  },
} as const satisfies Record<Language, Record<string, string>>;

// Rules, not deeds: most of these terms no program ends yet (docs/limits.md), so no sentence says that something happens.
const words = {
  en: {
    used: (term: string) => `may be used ${term}`,
    usedFor: (term: string) => `may be used for ${term}`,
    erased: 'to be erased after that',
    lockedFor: (term: string, ground: string) =>
      `to be locked for ${term} after that (${ground}), and then to be erased`,
    lockedUntil: (term: string, ground: string) =>
      `to be locked after that, until ${term} after it was recorded (${ground}), and then to be erased`,
    units: { D: ['day', 'days'], Y: ['year', 'years'] },
  },
  de: {
    used: (term: string) => `darf genutzt werden, ${term}`,
    usedFor: (term: string) => `darf für ${term} genutzt werden`,
    erased: 'danach zu löschen',
    lockedFor: (term: string, ground: string) =>
      `danach für ${term} zu sperren (${ground}) und dann zu löschen`,
    lockedUntil: (term: string, ground: string) =>
      `danach bis ${term} nach der Erfassung zu sperren (${ground}) und dann zu löschen`,
    units: { D: ['Tag', 'Tage'], Y: ['Jahr', 'Jahre'] },
  },
} as const;

/** How long a dataset is envisaged to be stored, as a sentence for the person (Art. 15(1)(d)): the rule, not what was done. */
export function describeRetention({ active, locked }: Retention, language: Language): string {
  const say = words[language];
  const first =
    'for' in active
      ? say.usedFor(period(active.for, language))
      : say.used(conditions[language][active.while]);
  if (locked === 'none') return `${first}; ${say.erased}`;
  const ground = locked.ground[language];
  const then =
    'for' in locked
      ? say.lockedFor(period(locked.for, language), ground)
      : say.lockedUntil(period(locked.until, language), ground);
  return `${first}; ${then}`;
}

function period(text: Period, language: Language): string {
  const count = Number(text.slice(1, -1));
  const [one, many] = words[language].units[text.endsWith('D') ? 'D' : 'Y'];
  return `${count} ${count === 1 ? one : many}`;
}
