import { complaintLine } from './closing-lines.ts';
import { erasureMessages } from './erasure-texts.ts';
import { day, lines, rightNames, type Language, type Writer } from './message.ts';
import { orderMessages } from './order-texts.ts';

export { languages, type Language, type Message, type MessageFacts } from './message.ts';

/** Every message that the system sends, in every language. */
export const messages = {
  en: {
    ...erasureMessages.en,
    code: (facts) => ({
      subject: 'Your code for a data request',
      text: lines(
        `Someone, probably you, asked ${facts.vendor} for ${rightNames.en[facts.right]}.`,
        `Your code: ${facts.code ?? ''}`,
        'It is valid for 10 minutes and works once, where you made the request. Nothing is given out or erased without it. Never tell it to anyone, not to us either.',
        `Not you? Then do nothing. To end the request at once, use the stop code ${facts.stopCode ?? ''} for request ${facts.requestId}.`,
        'If the code is not used, the request lapses after 14 days.',
      ),
    }),
    'receipt-confirmation': (facts) => ({
      subject: 'We received your data request',
      text: lines(
        `We are working on your request for ${rightNames.en[facts.right]}.`,
        `You will have our answer by ${day('en', facts.dueOn)} at the latest, usually much sooner.`,
        `Request: ${facts.requestId}`,
      ),
    }),
    ready: (facts) => ({
      subject: 'Your data is ready',
      text: lines(
        `What you asked for (${rightNames.en[facts.right]}) is ready to download, where you made the request.`,
        'You need a fresh code if your session there has ended. The file is deleted after 7 days.',
        `If you think something is missing or wrong, reply to us, or complain to a data protection authority. Request: ${facts.requestId}`,
      ),
    }),
    'nothing-to-give': (facts) => ({
      subject: 'The answer to your data request',
      text: lines(
        'Under this address alone there is nothing that we may give out: either nothing is stored, or the address is not confirmed, not unique or no longer in use where it is stored.',
        'Websites that use our software decide over their own data. If you have an account at one of them, sign in there and ask there; that reaches what this address alone does not.',
        complaintLine('en', facts),
      ),
    }),
    lapsed: (facts) => ({
      subject: 'Your data request has lapsed',
      text: lines(
        'Someone made a request about personal data with this address and did not confirm it with a code within 14 days, so the request has ended. Nothing was given out or erased.',
        `If it was you, you can still confirm it with a fresh code, or ask again at any time. You may also complain to a data protection authority or go to court. Request: ${facts.requestId}`,
      ),
    }),
  },
  de: {
    ...erasureMessages.de,
    code: (facts) => ({
      subject: 'Ihr Code für eine Datenanfrage',
      text: lines(
        `Jemand, vermutlich Sie, hat ${facts.vendor} um Folgendes gebeten: ${rightNames.de[facts.right]}.`,
        `Ihr Code: ${facts.code ?? ''}`,
        'Er gilt 10 Minuten und einmal, dort, wo Sie die Anfrage gestellt haben. Ohne ihn wird nichts herausgegeben und nichts gelöscht. Nennen Sie ihn niemandem, auch uns nicht.',
        `Das waren nicht Sie? Dann tun Sie nichts. Um die Anfrage sofort zu beenden, verwenden Sie den Stoppcode ${facts.stopCode ?? ''} für die Anfrage ${facts.requestId}.`,
        'Wird der Code nicht verwendet, verfällt die Anfrage nach 14 Tagen.',
      ),
    }),
    'receipt-confirmation': (facts) => ({
      subject: 'Wir haben Ihre Datenanfrage erhalten',
      text: lines(
        `Wir bearbeiten Ihre Anfrage: ${rightNames.de[facts.right]}.`,
        `Unsere Antwort erhalten Sie spätestens am ${day('de', facts.dueOn)}, meist viel früher.`,
        `Anfrage: ${facts.requestId}`,
      ),
    }),
    ready: (facts) => ({
      subject: 'Ihre Daten liegen bereit',
      text: lines(
        `Ihre Anfrage (${rightNames.de[facts.right]}) ist bearbeitet; die Datei liegt dort bereit, wo Sie die Anfrage gestellt haben.`,
        'Ist Ihre Sitzung dort beendet, brauchen Sie einen neuen Code. Die Datei wird nach 7 Tagen gelöscht.',
        `Fehlt etwas oder ist etwas falsch, antworten Sie uns, oder beschweren Sie sich bei einer Datenschutzaufsicht. Anfrage: ${facts.requestId}`,
      ),
    }),
    'nothing-to-give': (facts) => ({
      subject: 'Die Antwort auf Ihre Datenanfrage',
      text: lines(
        'Allein unter dieser Adresse gibt es nichts, was wir herausgeben dürfen: Entweder ist nichts gespeichert, oder die Adresse ist dort, wo sie gespeichert ist, nicht bestätigt, nicht eindeutig oder nicht mehr in Gebrauch.',
        'Websites, die unsere Software verwenden, entscheiden selbst über ihre Daten. Haben Sie dort ein Konto, melden Sie sich dort an und fragen Sie dort; das erreicht auch, was diese Adresse allein nicht erreicht.',
        complaintLine('de', facts),
      ),
    }),
    lapsed: (facts) => ({
      subject: 'Ihre Datenanfrage ist verfallen',
      text: lines(
        'Jemand hat mit dieser Adresse eine Anfrage zu personenbezogenen Daten gestellt und das nicht innerhalb von 14 Tagen mit einem Code bestätigt. Die Anfrage ist beendet, es wurde nichts herausgegeben und nichts gelöscht.',
        `Waren Sie es, können Sie sie noch mit einem neuen Code bestätigen oder jederzeit neu fragen. Sie können sich auch bei einer Datenschutzaufsicht beschweren oder vor Gericht gehen. Anfrage: ${facts.requestId}`,
      ),
    }),
  },
} as const satisfies Record<Language, Record<string, Writer>>;
export type MessageName = keyof (typeof messages)['en'];

/** Who writes a message. Of an erasure that a controller ordered some words are others. */
export function writerOf(language: Language, name: MessageName, isOrdered: boolean): Writer {
  const ordered: Partial<Record<MessageName, Writer>> = isOrdered ? orderMessages[language] : {};
  return ordered[name] ?? messages[language][name];
}
