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
};

const deadlineMs = 60_000;
/** Crockford's base32, in two groups. */
const code = /\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b/g;

/** A mail has no label for programs, only words for people; so it is known by what it says. */
const kinds = {
  code: ({ text }: Mail) => codeIn(text) !== undefined,
  ready: ({ subject }: Mail) => ['Your data is ready', 'Ihre Daten liegen bereit'].includes(subject),
  'nothing to give': ({ text }: Mail) =>
    /nothing that we may give out|nichts, was wir herausgeben/.test(text),
};
export type MailKind = keyof typeof kinds;

/** The code in a mail, if it holds exactly one. */
export function codeIn(text: string): string | undefined {
  const found = text.match(code) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

export const openOutbox = (url: string): Outbox => ({
  mailFor: (to, requestId, kind) =>
    waitFor(`The mail “${kind}”`, deadlineMs, async () => {
      const sent = bodyOf('GET /outbox', await send({ method: 'GET', url }), 200, messages);
      return sent.find((mail) => mail.to === to && mail.text.includes(requestId) && kinds[kind](mail));
    }),
});
