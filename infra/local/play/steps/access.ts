import { ask, carryOut, prove } from '../ask.ts';
import * as z from 'zod';
import { parseJson, textOf, type Bag } from '../bag.ts';
import { differenceOf, recordsIn, secretsIn, type BundleRecord } from '../bundle-records.ts';
import { customerOf } from '../customer.ts';
import { fetchBundle, showTree } from '../fetch-bundle.ts';
import type { Answer } from '../http.ts';
import { codeIn } from '../outbox.ts';
import { languageOf, personOf, type SiteUser } from '../site-user.ts';
import { cast, controllerNames, readPurpose, type Stage } from '../stage.ts';
import { recordsOf } from '../statements.ts';
import { openRequest, submit, type Controller, type ProvenRequest } from '../subject-request.ts';
import { findTexts, foreignMarks } from '../traces.ts';

const nobody = 'nobody.we.know@example.net';

/** The whole way of one person who asks for a copy of their data. @returns the request, and the records of its bundle */
export async function requestAccess(
  stage: Stage,
): Promise<{ access: ProvenRequest; found: readonly BundleRecord[] }> {
  const { show, data, outbox } = stage;
  const person = personOf(data, cast.both);
  const { email } = person.user;
  show.step(
    `3  ${cast.both} asks for a copy of the data`,
    'Right of access, GDPR Article 15. No account is needed: an address that proves itself opens what is soundly recorded',
    'under it, at every controller, and nothing else.',
  );
  const wish = { right: 'access', email, language: languageOf(person) } as const;
  const { request, answer } = await ask(stage, wish);
  await compareWithUnknown(stage, answer);

  show.part('Proof');
  const proven = await prove(stage, request, email, true);
  const { controllers } = await proven.read();
  show.say(`  In reach: ${controllers.map(({ name }) => name).join(' and ')}`);
  const names = controllers.map(({ name }) => name).sort();
  const expected = Object.values(controllerNames).sort();
  show.holds('the proof reaches both controllers', String(names) === String(expected), names);

  show.part('Work');
  const done = await carryOut(stage, proven);
  show.holds('the request is fulfilled', done.status === 'fulfilled', done.status);
  const mail = await show.wait('Waiting for the mail', () =>
    outbox.mailFor(email, request.requestId, 'ready'),
  );
  show.quiet(`✉ “${mail.subject}” to ${mail.to}`);
  const opens = mail.text.includes('http') || codeIn(mail.text) !== undefined;
  show.holds('the mail holds no link and no code, only that the data is ready', !opens, mail.subject);

  show.part('Bundle');
  const bag = await fetchBundle(
    stage,
    'access',
    'POST /v1/subject/requests/{id}/downloads',
    proven.askForLink,
  );
  showTree(stage, bag, new Map(controllers.map(({ controllerId, name }) => [controllerId, name])));
  checkContent(stage, bag, person, controllers);
  return { access: proven, found: recordsIn(bag) };
}

/** Whoever asks about a stranger learns nothing, not even whether there is something to learn. */
async function compareWithUnknown({ show, apiUrl }: Stage, known: Answer): Promise<void> {
  const unknown = await submit(apiUrl, { right: 'access', email: nobody, language: 'en' });
  openRequest(apiUrl, unknown);
  show.exchange('POST /v1/subject/requests', `access, ${nobody}`, unknown, fieldsOf(unknown).join(', '));
  const [one, other] = [known, unknown].map((answer) => ({
    status: answer.status,
    fields: fieldsOf(answer),
    headers: [...answer.headers.keys()].sort(),
  }));
  show.holds(
    'an address that nobody knows gets the same answer: status, fields, headers',
    JSON.stringify(one) === JSON.stringify(other),
    { one, other },
  );
}

const fieldsOf = ({ body }: Answer): string[] => Object.keys(body ?? {}).sort();

function checkContent(
  { show, data }: Stage,
  bag: Bag,
  person: SiteUser,
  controllers: readonly Controller[],
): void {
  const found = recordsIn(bag);
  const sentBy = { shop: recordsOf(person), backOffice: customerOf(person).sent.records };
  for (const who of ['shop', 'backOffice'] as const) {
    const controller = controllers.find(({ name }) => name === controllerNames[who]);
    const own = found.filter(({ controllerId }) => controllerId === controller?.controllerId);
    const difference = differenceOf(sentBy[who], own);
    show.holds(
      `all ${sentBy[who].length} records that ${controllerNames[who]} sent are there, value by value, and no other`,
      difference.lost.length + difference.foreign.length === 0,
      difference,
    );
  }
  const secrets = secretsIn([...sentBy.shop, ...sentBy.backOffice]);
  const leaks = findTexts(bag, [...secrets, 'canary-answer-', 'canary-city-', 'scrypt$']);
  show.holds(
    'no answer to a security question and no licence key is in it, only that one is set',
    leaks.length === 0,
    leaks,
  );
  const traces = findTexts(bag, foreignMarks(person, data.users));
  show.holds('no address, name, phone, company or IP of anybody else is in it', traces.length === 0, traces);
  checkAbout(show, bag);

  show.part('One of the records');
  const question = found.find(({ dataset }) => dataset === 'security-question');
  const { controllerId: _, ...shown } = question ?? { controllerId: '' };
  show.quiet(...JSON.stringify(shown, undefined, 2).split('\n'));
}

/** What an access answer holds besides the records. */
function checkAbout(show: Stage['show'], bag: Bag): void {
  const consents = listIn(bag, 'data/consents.json', 'records');
  show.holds('both consents are in it', consents.length === 2, consents.length);
  const reads = listIn(bag, 'data/disclosures.json', 'records');
  const [read] = reads;
  show.holds(
    'so is the read by the shop, with its date and purpose',
    reads.length === 1 && read?.['purpose'] === readPurpose && typeof read['at'] === 'string',
    reads,
  );
  const about = listIn(bag, 'data/information.json', 'controllers');
  show.holds('so is what Article 15(1) has to tell, for both controllers', about.length === 2, about.length);
}

function listIn(bag: Bag, path: string, name: string): Record<string, unknown>[] {
  const lists = z.record(z.string(), z.unknown()).transform((file) => file[name]);
  const schema = lists.pipe(z.array(z.record(z.string(), z.unknown())));
  return parseJson(path, textOf(bag, path), schema);
}
