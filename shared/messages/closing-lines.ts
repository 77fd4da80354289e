import type { Language, MessageFacts } from './message.ts';

/** What goes with a receipt: the salt, which nobody else is given. */
export const saltLine = (language: Language, { salt = '' }: MessageFacts): string =>
  ({
    en: `It does not name you. With this salt, and only with it, you can show that it is about you, so keep both: ${salt}`,
    de: `Er nennt Sie nicht. Mit diesem Prüfwert (Salt), und nur damit, können Sie zeigen, dass er von Ihnen handelt; bewahren Sie beides auf: ${salt}`,
  })[language];

/** Where somebody may turn who does not agree (Art. 12(4)), and the request to name there. */
export const complaintLine = (language: Language, { requestId }: MessageFacts): string =>
  ({
    en: `If you disagree, reply to us; you may also complain to a data protection authority or go to court. Request: ${requestId}`,
    de: `Sind Sie nicht einverstanden, antworten Sie uns; Sie können sich auch bei einer Datenschutzaufsicht beschweren oder vor Gericht gehen. Anfrage: ${requestId}`,
  })[language];
