import type { WithheldReason } from '#shared/data-map/withheld.ts';
import { complaintLine, saltLine } from './closing-lines.ts';
import { lines, moment, type Language, type MessageFacts, type Writer } from './message.ts';

/**
 * Why something was left, as a sentence for its person (G09). `some` begins it where it is the reason for a part of what was
 * asked for, `all` where it is the reason for everything.
 */
type Reason = string | { readonly some: string; readonly all: string; readonly why: string };
const reasons = {
  en: {
    'needs-level-2':
      'Some of it lets you sign in somewhere. So that nobody who got into your mailbox can take that away, its erasure needs a second proof: a code to the phone of the same account, or a sign-in with a second factor at the website. Ask again with it.',
    'identifier-linked-recently':
      'This address was added to an account not long ago, so it does not reach what was stored there before. Ask again in two weeks.',
    'under-hold':
      'Some of it has to be kept for now, for legal claims or because the law says so. The receipt says which, why, and by when a person has to look at that again.',
    'no-longer-opened': {
      some: 'Some of it is no longer reached by this address:',
      all: 'It is no longer reached by this address:',
      why: 'since you asked, the address was replaced or called unconfirmed there, another account took it, or the data was erased under another request. It was left as it is. If you have an account there, sign in at the website and ask there. If you changed nothing yourself, tell the website: somebody else may have.',
    },
    'in-erasure': 'Some of it is being erased under another request.',
    'given-back': {
      some: 'Some of it was being erased under another request when you asked,',
      all: 'It was being erased under another request when you asked,',
      why: 'and that request left it as it was. Its erasure was not announced to you under yours, and what was not announced is not erased. Ask again.',
    },
  },
  de: {
    'needs-level-2':
      'Mit einem Teil davon melden Sie sich an. Damit niemand, der in Ihr Postfach gelangt ist, Ihnen das nehmen kann, braucht die Löschung einen zweiten Nachweis: einen Code an das Telefon desselben Kontos oder eine Anmeldung mit zweitem Faktor auf der Website. Fragen Sie damit noch einmal.',
    'identifier-linked-recently':
      'Diese Adresse kam erst vor Kurzem zu einem Konto hinzu und reicht deshalb nicht für das, was dort vorher gespeichert wurde. Fragen Sie in zwei Wochen noch einmal.',
    'under-hold':
      'Ein Teil davon muss vorerst aufbewahrt werden, für Rechtsansprüche oder weil ein Gesetz es verlangt. Der Nachweis sagt, was, warum und bis wann ein Mensch das wieder prüfen muss.',
    'no-longer-opened': {
      some: 'Ein Teil davon ist über diese Adresse nicht mehr erreichbar:',
      all: 'Nichts davon ist über diese Adresse noch erreichbar:',
      why: 'Seit Ihrer Anfrage wurde die Adresse dort ersetzt oder als unbestätigt gemeldet, ein anderes Konto hat sie übernommen, oder die Daten wurden auf eine andere Anfrage hin gelöscht. Alles dort blieb, wie es ist. Haben Sie dort ein Konto, melden Sie sich auf der Website an und fragen Sie dort. Haben Sie selbst nichts geändert, sagen Sie es der Website: Vielleicht war es jemand anderes.',
    },
    'in-erasure': 'Ein Teil davon wird gerade auf eine andere Anfrage hin gelöscht.',
    'given-back': {
      some: 'Ein Teil davon wurde gerade auf eine andere Anfrage hin gelöscht, als Sie fragten,',
      all: 'All das wurde gerade auf eine andere Anfrage hin gelöscht, als Sie fragten,',
      why: 'und blieb dann doch, wie es war. Unter Ihrer Anfrage war das nicht angekündigt, und was nicht angekündigt ist, wird nicht gelöscht. Fragen Sie noch einmal.',
    },
  },
} as const satisfies Record<Language, Record<WithheldReason, Reason>>;

export const reasonsOf = (
  { withheld = [] }: MessageFacts,
  language: Language,
  whatWasLeft: 'some' | 'all' = 'some',
): string[] => {
  // Two reasons share what was left: each is that of a part.
  const amount = withheld.length === 1 ? whatWasLeft : 'some';
  return withheld.map((reason) => {
    const said: Reason = reasons[language][reason];
    return typeof said === 'string' ? said : `${said[amount]} ${said.why}`;
  });
};

/** What is said of erasures. A notice goes to addresses that may be read by others: it names no site and no person (A26). */
export const erasureMessages = {
  en: {
    'erasure-notice': (facts) => ({
      subject: 'Personal data is about to be erased',
      text: lines(
        `Someone who proved to be you asked ${facts.vendor} for the erasure of personal data. Until ${moment('en', facts.until)} that can be stopped; until then what is to be erased is stored and not used. Afterwards it is erased and cannot be brought back. What lets you sign in stays where a mailbox was all the proof.`,
        `If it was you, there is nothing to do. If it was not you, stop it with the stop code ${facts.stopCode ?? ''} for request ${facts.requestId}.`,
        'If it was you and you have changed your mind, withdraw the request where you made it.',
      ),
    }),
    erased: (facts) => ({
      subject: 'The data has been erased',
      text: lines(
        'What you asked us to erase is erased: its keys are destroyed, its rows are deleted, and a second look by another program found nothing left. What may be kept, such as invoices and the proof of your consent, is listed in the receipt with its reason and date.',
        `The signed receipt is ready where you made the request. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'partly-erased': (facts) => ({
      subject: 'Your erasure request: not everything was erased',
      text: lines(
        'We have worked on your request for erasure. Not all of it could be done:',
        ...reasonsOf(facts, 'en'),
        `The signed receipt is ready where you made the request; it lists what was erased and what was not. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'nothing-erased': (facts) => ({
      subject: 'Your erasure request: nothing was erased',
      text: lines(
        'We have worked on your request for the erasure of personal data. Under it nothing of that data was erased, and this is why:',
        ...reasonsOf(facts, 'en', 'all'),
        `The signed receipt is ready where you made the request; it says that nothing was erased, and why. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'nothing-to-erase': (facts) => ({
      subject: 'The answer to your erasure request',
      text: lines(
        'Under this address alone there is nothing that we may erase: either nothing is stored, or the address is not confirmed, not unique or no longer in use where it is stored.',
        'Websites that use our software decide over their own data. If you have an account at one of them, sign in there and ask there; that reaches what this address alone does not.',
        complaintLine('en', facts),
      ),
    }),
    'recipient-told': (facts) => ({
      subject: 'Personal data that you received was erased',
      text: lines(
        `${facts.vendor} has erased personal data of one of your users at that person’s request. Your website has read some of it, so we tell you (GDPR Art. 17 and 19). Where it asks for that user from now on, the answer is “erased”.`,
        'Please erase what you have copied, unless you have a ground of your own to keep it.',
        `Request: ${facts.requestId}`,
      ),
    }),
  },
  de: {
    'erasure-notice': (facts) => ({
      subject: 'Personenbezogene Daten werden bald gelöscht',
      text: lines(
        `Jemand, der sich als Sie ausgewiesen hat, hat ${facts.vendor} um die Löschung personenbezogener Daten gebeten. Bis ${moment('de', facts.until)} lässt sich das stoppen; so lange wird, was gelöscht werden soll, gespeichert und nicht verwendet. Danach wird es gelöscht und lässt sich nicht zurückholen. Womit Sie sich anmelden, bleibt, wenn nur ein Postfach der Nachweis war.`,
        `Waren Sie es, müssen Sie nichts tun. Waren Sie es nicht, stoppen Sie die Löschung mit dem Stoppcode ${facts.stopCode ?? ''} für die Anfrage ${facts.requestId}.`,
        'Waren Sie es und haben es sich anders überlegt, ziehen Sie die Anfrage dort zurück, wo Sie sie gestellt haben.',
      ),
    }),
    erased: (facts) => ({
      subject: 'Die Daten sind gelöscht',
      text: lines(
        'Was Sie löschen lassen wollten, ist gelöscht: Die Schlüssel sind vernichtet, die Einträge entfernt, und eine zweite Prüfung durch ein anderes Programm hat nichts mehr gefunden. Was bleiben darf, etwa Rechnungen und der Beleg Ihrer Einwilligung, steht mit Grund und Datum im Nachweis.',
        `Der signierte Nachweis liegt dort bereit, wo Sie die Anfrage gestellt haben. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'partly-erased': (facts) => ({
      subject: 'Ihre Löschanfrage: nicht alles wurde gelöscht',
      text: lines(
        'Wir haben Ihre Löschanfrage bearbeitet. Nicht alles war möglich:',
        ...reasonsOf(facts, 'de'),
        `Der signierte Nachweis liegt dort bereit, wo Sie die Anfrage gestellt haben; er führt auf, was gelöscht wurde und was nicht. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'nothing-erased': (facts) => ({
      subject: 'Ihre Löschanfrage: Es wurde nichts gelöscht',
      text: lines(
        'Wir haben Ihre Anfrage zur Löschung personenbezogener Daten bearbeitet. Auf sie hin wurde nichts davon gelöscht, und zwar deshalb:',
        ...reasonsOf(facts, 'de', 'all'),
        `Der signierte Nachweis liegt dort bereit, wo Sie die Anfrage gestellt haben; er sagt, dass nichts gelöscht wurde, und warum. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'nothing-to-erase': (facts) => ({
      subject: 'Die Antwort auf Ihre Löschanfrage',
      text: lines(
        'Allein unter dieser Adresse gibt es nichts, was wir löschen dürfen: Entweder ist nichts gespeichert, oder die Adresse ist dort, wo sie gespeichert ist, nicht bestätigt, nicht eindeutig oder nicht mehr in Gebrauch.',
        'Websites, die unsere Software verwenden, entscheiden selbst über ihre Daten. Haben Sie dort ein Konto, melden Sie sich dort an und fragen Sie dort; das erreicht auch, was diese Adresse allein nicht erreicht.',
        complaintLine('de', facts),
      ),
    }),
    'recipient-told': (facts) => ({
      subject: 'Empfangene personenbezogene Daten wurden gelöscht',
      text: lines(
        `${facts.vendor} hat personenbezogene Daten einer Person, die Ihre Website nutzt, auf deren Wunsch gelöscht. Ihre Website hat einen Teil davon gelesen, deshalb teilen wir es Ihnen mit (Art. 17 und 19 DSGVO). Fragt sie künftig nach dieser Person, lautet die Antwort „erased“.`,
        'Bitte löschen Sie, was Sie davon kopiert haben, sofern Sie keinen eigenen Grund haben, es zu behalten.',
        `Anfrage: ${facts.requestId}`,
      ),
    }),
  },
} as const satisfies Record<Language, Record<string, Writer>>;
