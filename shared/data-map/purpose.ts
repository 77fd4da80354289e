import type { Localised } from './language.ts';

/** What data may be used for (P10), and what a person can be asked to accept. `terms-accepted` is the acceptance of P17. */
export const purposes = [
  'terms-accepted',
  'service',
  'login',
  'risk-based-login',
  'billing',
  'licence',
  'support',
  'improvement',
  'marketing',
  'evidence',
] as const;
export type Purpose = (typeof purposes)[number];

export const purposeTitles = {
  'terms-accepted': { en: 'the terms that you accepted', de: 'die von Ihnen angenommenen Bedingungen' },
  service: { en: 'to provide the service', de: 'Erbringung des Dienstes' },
  login: { en: 'to sign you in securely', de: 'sichere Anmeldung' },
  'risk-based-login': {
    en: 'to recognise unusual sign-ins by device and place',
    de: 'Erkennen ungewöhnlicher Anmeldungen anhand von Gerät und Ort',
  },
  billing: { en: 'billing', de: 'Abrechnung' },
  licence: { en: 'to manage licences', de: 'Verwaltung von Lizenzen' },
  support: { en: 'to answer your questions', de: 'Beantwortung Ihrer Anfragen' },
  improvement: { en: 'to improve the service', de: 'Verbesserung des Dienstes' },
  marketing: { en: 'to tell you of offers', de: 'Information über Angebote' },
  evidence: { en: 'to prove what was done', de: 'Nachweis des Geschehenen' },
} as const satisfies Record<Purpose, Localised>;
