import { ask, endOf, prove } from '../../ask.ts';
import { fetchReceipt } from '../../fetch-receipt.ts';
import { placesOf } from '../../receipt.ts';
import { languageOf, personOf } from '../../site-user.ts';
import { cast, type Stage } from '../../stage.ts';
import { startErasure } from '../../start-erasure.ts';

/** Somebody with the mailbox alone: what lets its owner sign in is not taken away. */
export async function askWithMailboxAlone(stage: Stage): Promise<void> {
  const { show, data, outbox } = stage;
  const person = personOf(data, cast.mailboxOnly);
  const { email } = person.user;
  show.step(
    `7  ${cast.mailboxOnly} asks for erasure with the mailbox alone`,
    'Meanwhile. Her profile holds security questions and the phone that passcodes go to. Whoever got into her mailbox could',
    'strip them by an erasure, and then reset the password; so that takes a second proof.',
  );
  const { request } = await ask(stage, { right: 'erasure', email, language: languageOf(person) });
  const proven = await prove(stage, request, email);
  const { controllers } = await proven.read();
  await startErasure(stage, proven, controllers, '17(1)(a)');
  const done = await show.wait('Cooling-off, and then the plan', () => endOf(proven));
  const { withheld = [] } = done;
  const reasons = [...new Set(withheld.map(({ reason }) => reason))];
  const datasets = withheld.flatMap(({ dataset }) => dataset ?? []);
  show.exchange(
    'GET /v1/subject/requests/{id}',
    '',
    { status: 200 },
    `status ${done.status}, withheld: ${datasets.join(', ')} (${reasons.join()})`,
  );
  show.holds(
    'the request is fulfilled in part, and says why: it needs level 2',
    done.status === 'partly-fulfilled' && String(reasons) === 'needs-level-2',
    done,
  );
  const mail = await show.wait('Waiting for the mail', () =>
    outbox.mailFor(email, request.requestId, 'nothing erased'),
  );
  const reason = mail.text.split('\n').find((line) => line.includes('second proof'));
  show.quiet(`✉ “${mail.subject}” to ${mail.to}`, ...(reason === undefined ? [] : [`  ${reason}`]));
  show.holds('the mail says that nothing was erased, why, and what to do', reason !== undefined, mail.text);
  const { content } = await fetchReceipt(stage, proven, 'receipt-level-1', email);
  const places = placesOf(content);
  show.holds(
    'the receipt says that all was left, that no key was destroyed, and why',
    places.length === 1 &&
      places.every(
        ({ outcome, reason: why, keysDestroyedAt, datasets }) =>
          outcome === 'withheld' &&
          why === 'needs-level-2' &&
          keysDestroyedAt === undefined &&
          datasets.every(({ erased }) => erased === 0),
      ),
    places,
  );
}
