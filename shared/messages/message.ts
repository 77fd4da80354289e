import type { WithheldReason } from '#shared/data-map/withheld.ts';

/** Languages in which people are written to; English is the fallback. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

export type Message = { readonly subject: string; readonly text: string };
/** What a message may say: nothing of a person, nothing a caller wrote (A21). */
export type MessageFacts = {
  readonly right: keyof (typeof rightNames)['en'];
  readonly requestId: string;
  readonly vendor: string;
  /** A plain date, `2027-04-05`: the due day at the seat. */
  readonly dueOn: string;
  readonly code?: string;
  readonly stopCode?: string;
  /** RFC 3339: until when an erasure can be stopped. */
  readonly until?: string;
  /** Shows whose receipt it is to whoever has it. */
  readonly salt?: string;
  /** Why part of what is on record was left. */
  readonly withheld?: readonly WithheldReason[];
};
export type Writer = (facts: MessageFacts) => Message;

export const rightNames = {
  en: {
    access: 'a copy of the personal data about you',
    portability: 'the data you provided, to take with you',
    erasure: 'the erasure of the personal data about you',
  },
  de: {
    access: 'eine Kopie der Daten über Sie',
    portability: 'die von Ihnen bereitgestellten Daten zum Mitnehmen',
    erasure: 'die Löschung der Daten über Sie',
  },
} as const;

export const day = (language: Language, date: string): string =>
  new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(date));
export const lines = (...parts: string[]): string => `${parts.join('\n\n')}\n`;
/** A moment as people read it, in UTC; empty where it is not known. */
export const moment = (language: Language, time = ''): string =>
  time === ''
    ? ''
    : `${new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(time))} UTC`;
