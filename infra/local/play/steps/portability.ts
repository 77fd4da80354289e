import * as z from 'zod';
import { ask, carryOut, prove } from '../ask.ts';
import { parseJson, textOf, type Bag } from '../bag.ts';
import { differenceOf, recordsIn } from '../bundle-records.ts';
import { fetchBundle } from '../fetch-bundle.ts';
import { languageOf, personOf, type SiteUser } from '../site-user.ts';
import { cast, type Stage } from '../stage.ts';
import { recordsOf } from '../statements.ts';
import { findTexts, foreignMarks } from '../traces.ts';

/** What the person did not provide: the staff’s own act. What the software observed of the person counts as provided. */
const notProvided = { 'support-case': ['answeredAt'] };
const redactions = z.object({
  redactions: z.array(
    z.object({
      dataset: z.string(),
      field: z.string().optional(),
      reason: z.string(),
      article: z.string(),
      count: z.number(),
    }),
  ),
});
/** What a portability bundle has to name as left out, by dataset, field and reason. */
const exclusions = [
  ['security-question', 'answer', 'secret'],
  ['support-case', 'answeredAt', 'not-provided-by-subject'],
  ['consent', undefined, 'basis-not-portable'],
] as const;

/** Somebody takes the data along: only what they provided, on consent or contract. */
export async function requestPortability(stage: Stage): Promise<void> {
  const { show, data } = stage;
  const person = personOf(data, cast.moves);
  const { email } = person.user;
  show.step(
    `5  ${cast.moves} takes the data along`,
    'Right to data portability, GDPR Article 20: what the person provided, on consent or contract, for use elsewhere.',
  );
  const wish = { right: 'portability', email, language: languageOf(person) } as const;
  const { request } = await ask(stage, wish);
  const proven = await prove(stage, request, email);
  const done = await carryOut(stage, proven);
  show.holds('the request is fulfilled', done.status === 'fulfilled', done.status);
  const bag = await fetchBundle(
    stage,
    'portability',
    'POST /v1/subject/requests/{id}/downloads',
    proven.askForLink,
  );
  checkContent(stage, bag, person);
}

function checkContent({ show, data }: Stage, bag: Bag, person: SiteUser): void {
  const found = recordsIn(bag);
  const sent = recordsOf(person);
  const difference = differenceOf(sent, found, notProvided);
  show.holds(
    `all ${sent.length} records are there, with what the person provided, and nothing besides`,
    difference.lost.length + difference.foreign.length === 0,
    difference,
  );
  const bases = [...new Set(found.map(({ basis }) => basis))].sort();
  show.holds('each of them rests on consent or contract', String(bases) === 'consent,contract', bases);
  const controllersOwn = ['data/consents.json', 'data/disclosures.json', 'data/information.json'];
  const there = controllersOwn.filter((one) => bag.files.has(one));
  show.holds(
    'evidence that the controllers keep (consents, disclosures) stays out',
    there.length === 0,
    there,
  );
  const traces = findTexts(bag, [...foreignMarks(person, data.users), 'canary-']);
  show.holds('no secret and nothing of anybody else is in it', traces.length === 0, traces);

  show.part('What was left out, and why (data/redactions.json)');
  const path = 'data/redactions.json';
  const { redactions: rows } = parseJson(path, textOf(bag, path), redactions);
  show.table([
    ['dataset', 'field', 'count', 'reason', 'GDPR'],
    ...rows.map(({ dataset, field = '(the record)', count, reason, article }) => [
      dataset,
      field,
      count,
      reason,
      `Art. ${article}`,
    ]),
  ]);
  const named = exclusions.every(([dataset, field, reason]) =>
    rows.some((row) => row.dataset === dataset && row.field === field && row.reason === reason),
  );
  show.holds('every exclusion is named in the bundle', named && rows.length === exclusions.length, rows);
}
