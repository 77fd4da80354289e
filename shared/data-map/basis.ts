import type { Localised } from './language.ts';

/** The legal bases of GDPR Art. 6(1). One is fixed when a record is collected, and stays on it. */
export const bases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interest',
] as const;
export type Basis = (typeof bases)[number];

export const basisFacts = {
  consent: { article: '6(1)(a)', title: { en: 'your consent', de: 'Ihre Einwilligung' } },
  contract: { article: '6(1)(b)', title: { en: 'a contract with you', de: 'ein Vertrag mit Ihnen' } },
  'legal-obligation': {
    article: '6(1)(c)',
    title: { en: 'a legal obligation', de: 'eine rechtliche Verpflichtung' },
  },
  'vital-interests': {
    article: '6(1)(d)',
    title: { en: 'vital interests of a person', de: 'lebenswichtige Interessen einer Person' },
  },
  'public-task': {
    article: '6(1)(e)',
    title: { en: 'a task in the public interest', de: 'eine Aufgabe im öffentlichen Interesse' },
  },
  'legitimate-interest': {
    article: '6(1)(f)',
    title: { en: 'a legitimate interest', de: 'ein berechtigtes Interesse' },
  },
} as const satisfies Record<Basis, { article: string; title: Localised }>;
