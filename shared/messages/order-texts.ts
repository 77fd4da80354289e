import { complaintLine, saltLine } from './closing-lines.ts';
import { reasonsOf } from './erasure-texts.ts';
import { lines, moment, type Language, type Writer } from './message.ts';

/**
 * What is said of an erasure that a site's controller ordered: nobody proved to be the person, the person may not have
 * asked, and the receipt is the site's to hand on (A10). Kinds that are not here are said in the usual words. Like those, a
 * notice names no site and no person (A26).
 */
export const orderMessages = {
  en: {
    'erasure-notice': (facts) => ({
      subject: 'Personal data is about to be erased',
      text: lines(
        `A website where you have or had an account, and which stores personal data about you with ${facts.vendor}, has ordered its erasure: because you wished it, or for a reason of its own. Until ${moment('en', facts.until)} that can be stopped; until then the data is stored and not used. Afterwards it is erased and cannot be brought back.`,
        `If you agree, there is nothing to do. If you do not, or know nothing of it, stop it with the stop code ${facts.stopCode ?? ''} for request ${facts.requestId}.`,
      ),
    }),
    erased: (facts) => ({
      subject: 'The data has been erased',
      text: lines(
        'The personal data about you that a website ordered to be erased is erased: its keys are destroyed, its rows are deleted, and a second look by another program found nothing left. What may be kept, such as invoices and the proof of your consent, is listed in the receipt with its reason and date.',
        `The website has the signed receipt; ask there for a copy. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'partly-erased': (facts) => ({
      subject: 'Personal data was erased, and a part was kept',
      text: lines(
        'A website ordered personal data about you to be erased. Not all of it could be done:',
        ...reasonsOf(facts, 'en'),
        `The website has the signed receipt, which lists what was erased and what was kept; ask there for a copy. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'nothing-erased': (facts) => ({
      subject: 'Personal data was to be erased; nothing was erased',
      text: lines(
        'A website ordered personal data about you to be erased. Under that order nothing of it was erased, and this is why:',
        ...reasonsOf(facts, 'en', 'all'),
        `The website has the signed receipt, which says that nothing was erased, and why; ask there for a copy. ${saltLine('en', facts)}`,
        complaintLine('en', facts),
      ),
    }),
    'recipient-told': (facts) => ({
      subject: 'Personal data that you received was erased',
      text: lines(
        `${facts.vendor} has erased personal data of one of your users, by order of the controller of that data. Your website has read some of it, so we tell you (GDPR Art. 17 and 19). Where it asks for that user from now on, the answer is “erased”.`,
        'Please erase what you have copied, unless you have a ground of your own to keep it.',
        `Request: ${facts.requestId}`,
      ),
    }),
  },
  de: {
    'erasure-notice': (facts) => ({
      subject: 'Personenbezogene Daten werden bald gelöscht',
      text: lines(
        `Eine Website, bei der Sie ein Konto haben oder hatten und die Daten über Sie bei ${facts.vendor} speichert, hat deren Löschung beauftragt: weil Sie es wünschten oder aus einem eigenen Grund. Bis ${moment('de', facts.until)} lässt sich das stoppen; so lange werden die Daten gespeichert und nicht verwendet. Danach werden sie gelöscht und lassen sich nicht zurückholen.`,
        `Sind Sie einverstanden, müssen Sie nichts tun. Sind Sie es nicht oder wissen Sie nichts davon, stoppen Sie die Löschung mit dem Stoppcode ${facts.stopCode ?? ''} für die Anfrage ${facts.requestId}.`,
      ),
    }),
    erased: (facts) => ({
      subject: 'Die Daten sind gelöscht',
      text: lines(
        'Die Daten über Sie, deren Löschung eine Website beauftragt hat, sind gelöscht: Die Schlüssel sind vernichtet, die Einträge entfernt, und eine zweite Prüfung durch ein anderes Programm hat nichts mehr gefunden. Was bleiben darf, etwa Rechnungen und der Beleg Ihrer Einwilligung, steht mit Grund und Datum im Nachweis.',
        `Den signierten Nachweis hat die Website; bitten Sie dort um eine Kopie. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'partly-erased': (facts) => ({
      subject: 'Daten wurden gelöscht, ein Teil bleibt',
      text: lines(
        'Eine Website hat die Löschung von Daten über Sie beauftragt. Nicht alles war möglich:',
        ...reasonsOf(facts, 'de'),
        `Den signierten Nachweis, der aufführt, was gelöscht wurde und was bleibt, hat die Website; bitten Sie dort um eine Kopie. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'nothing-erased': (facts) => ({
      subject: 'Daten sollten gelöscht werden; es wurde nichts gelöscht',
      text: lines(
        'Eine Website hat die Löschung von Daten über Sie beauftragt. Auf den Auftrag hin wurde nichts davon gelöscht, und zwar deshalb:',
        ...reasonsOf(facts, 'de', 'all'),
        `Den signierten Nachweis, der sagt, dass nichts gelöscht wurde, und warum, hat die Website; bitten Sie dort um eine Kopie. ${saltLine('de', facts)}`,
        complaintLine('de', facts),
      ),
    }),
    'recipient-told': (facts) => ({
      subject: 'Empfangene personenbezogene Daten wurden gelöscht',
      text: lines(
        `${facts.vendor} hat personenbezogene Daten einer Person, die Ihre Website nutzt, im Auftrag des dafür Verantwortlichen gelöscht. Ihre Website hat einen Teil davon gelesen, deshalb teilen wir es Ihnen mit (Art. 17 und 19 DSGVO). Fragt sie künftig nach dieser Person, lautet die Antwort „erased“.`,
        'Bitte löschen Sie, was Sie davon kopiert haben, sofern Sie keinen eigenen Grund haben, es zu behalten.',
        `Anfrage: ${facts.requestId}`,
      ),
    }),
  },
} as const satisfies Record<Language, Record<string, Writer>>;
