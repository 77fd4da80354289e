import * as z from 'zod';
import { bodyOf, problemOf, send, type Call } from '../../http.ts';
import type { Site } from '../../site.ts';
import { personOf, type SiteUser } from '../../site-user.ts';
import { cast, type Stage } from '../../stage.ts';
import { consentOf, recordsOf, userOf } from '../../statements.ts';

const records = '/v1/records';
const consents = '/v1/consents';
const resultsSchema = z.object({
  results: z.array(
    z.object({ status: z.string(), errors: z.array(z.object({ message: z.string() })).optional() }),
  ),
});
type Results = z.output<typeof resultsSchema>['results'];

const describe = (results: Results): string =>
  [
    ...new Set(
      results.map(({ status, errors = [] }) => [status, ...errors.map(({ message }) => message)].join(' ')),
    ),
  ].join(', ');

/** Two signed calls of a site that somebody recorded: one went its way, one was held back. */
export type RecordedCalls = { readonly sent: Call; readonly heldBack: Call };

export async function recordCalls({ show }: Stage, shop: Site, person: SiteUser): Promise<RecordedCalls> {
  const body = { user: userOf(person, true), records: recordsOf(person) };
  const [sent, heldBack] = [shop.record(records, body), shop.record(records, body)];
  const answer = await send(sent);
  const { results } = bodyOf(`POST ${records}`, answer, 200, resultsSchema);
  show.exchange(
    `POST ${records}`,
    `${person.user.login}; it is recorded, a twin held back for step 10`,
    answer,
    describe(results),
  );
  return { sent, heldBack };
}

/** The site's old messages come again: by whoever recorded them, by a queue that was slow, from a restored backup. */
export async function replayOldMessages(
  { show, data }: Stage,
  shop: Site,
  calls: RecordedCalls,
): Promise<void> {
  const person = personOf(data, cast.both);
  show.part('The site’s old messages come again');
  const again = await send(calls.sent);
  show.exchange(`POST ${records}`, 'a call from before, byte for byte', again, problemOf(again));
  const late = await send(calls.heldBack);
  const lateResults = bodyOf(`POST ${records}`, late, 200, resultsSchema).results;
  show.exchange(`POST ${records}`, 'its twin that was held back', late, describe(lateResults));
  show.holds(
    'a call that arrived before is refused: its nonce is spent; its twin, whose signature still holds, brings nothing back',
    again.status === 401 && isErased(lateResults),
    { again: again.status, late: lateResults },
  );

  const resigned = await shop.post(records, { user: userOf(person, true), records: recordsOf(person) });
  const results = bodyOf(`POST ${records}`, resigned, 200, resultsSchema).results;
  show.exchange(`POST ${records}`, 'the old records, signed afresh', resigned, describe(results));
  const consent = await shop.post(consents, consentOf(person, true));
  show.exchange(`POST ${consents}`, 'the old consent, signed afresh', consent, problemOf(consent));
  show.holds(
    `each of the ${results.length} old records is rejected as erased, and the old consent is a conflict`,
    isErased(results) && consent.status === 409 && problemOf(consent) === 'erased',
    { results, consent: consent.status },
  );
}

const isErased = (results: Results): boolean =>
  results.length > 0 &&
  results.every(
    ({ status, errors = [] }) => status === 'rejected' && errors.some(({ message }) => message === 'erased'),
  );
