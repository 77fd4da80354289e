import * as z from 'zod';
import { bodyOf, send } from './http.ts';
import { waitFor } from './wait-for.ts';

const messages = z.array(
  z.object({
    channel: z.enum(['email', 'sms']),
    to: z.string(),
    subject: z.string().default(''),
    text: z.string(),
  }),
);
export type Mail = z.output<typeof messages>[number];

/** The mailboxes of everybody: on this machine the engine keeps what the system sends. */
export type Outbox = {
  /** Waits for a mail to this address that speaks of this request and is of this kind. */
  readonly mailFor: (to: string, requestId: string, kind: MailKind) => Promise<Mail>;
  /** Waits for the code in a text message to this number: there is no room in it for the request. */
  readonly digitsFor: (phone: string) => Promise<string>;
};

const deadlineMs = 60_000;
/** Crockford's base32, in two groups. */
const code = /\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b/g;

/** The code of a text message: eight digits, first of all. */
const digits = /^\d{8}\b/;
/** By which an erasure that cools off can be stopped. */
const stopCode = /\b[0-9a-f]{32}\b/;

/** A mail has no label for programs, only words for people; so it is known by what it says. */
const kinds = {
  code: ({ text }: Mail) => codeIn(text) !== undefined,
  ready: ({ subject }: Mail) => ['Your data is ready', 'Ihre Daten liegen bereit'].includes(subject),
  'nothing to give': ({ text }: Mail) =>
    /nothing that we may give out|nichts, was wir herausgeben/.test(text),
  notice: ({ text }: Mail) => stopCode.test(text) && codeIn(text) === undefined,
  erased: ({ subject }: Mail) => ['The data has been erased', 'Die Daten sind gelöscht'].includes(subject),
  'nothing erased': ({ subject }: Mail) =>
    ['Your erasure request: nothing was erased', 'Ihre Löschanfrage: Es wurde nichts gelöscht'].includes(
      subject,
    ),
  'recipient told': ({ subject }: Mail) =>
    [
      'Personal data that you received was erased',
      'Empfangene personenbezogene Daten wurden gelöscht',
    ].includes(subject),
};
export type MailKind = keyof typeof kinds;

/** The code in a mail, if it holds exactly one. */
export function codeIn(text: string): string | undefined {
  const found = text.match(code) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

export function openOutbox(url: string): Outbox {
  const messagesTo = async (to: string): Promise<Mail[]> => {
    const sent = bodyOf('GET /outbox', await send({ method: 'GET', url }), 200, messages);
    return sent.filter((message) => message.to === to);
  };
  return {
    mailFor: (to, requestId, kind) =>
      waitFor(`The mail “${kind}”`, deadlineMs, async () =>
        (await messagesTo(to)).find((mail) => mail.text.includes(requestId) && kinds[kind](mail)),
      ),
    digitsFor: (phone) =>
      waitFor('The text message with a code', deadlineMs, async () => {
        const [found] = (await messagesTo(phone)).flatMap(({ text }) => digits.exec(text) ?? []);
        return found;
      }),
  };
}
