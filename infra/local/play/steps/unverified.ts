import * as z from 'zod';
import { ask, carryOut, prove } from '../ask.ts';
import { differenceOf, recordsIn } from '../bundle-records.ts';
import { fetchBundle } from '../fetch-bundle.ts';
import { bodyOf, problemOf } from '../http.ts';
import type { Site } from '../site.ts';
import { languageOf, personOf, type SiteUser } from '../site-user.ts';
import { cast, controllerNames, short, type Stage } from '../stage.ts';
import { recordsOf } from '../statements.ts';
import { findTexts, foreignMarks } from '../traces.ts';
import { waitFor } from '../wait-for.ts';

const workDeadlineMs = 180_000;
const requests = '/v1/requests';
const filed = z.object({ requestId: z.string(), status: z.string(), dueAt: z.string() });

/** An address that its site never confirmed opens nothing by itself; the login at the site does. */
export async function askUnverified(stage: Stage, shop: Site, backOffice: Site): Promise<void> {
  const { show, data } = stage;
  const person = personOf(data, cast.unverified);
  show.step(
    `4  ${cast.unverified} never confirmed the e-mail address`,
    'Anybody could have typed that address into the form of the shop. So a code sent there opens nothing of the shop’s;',
    'whoever can sign in at the shop gets the data by way of the shop.',
  );
  await askByAddress(stage, person);
  await askBySession(stage, person, shop, backOffice);
}

async function askByAddress(stage: Stage, person: SiteUser): Promise<void> {
  const { show, outbox } = stage;
  const { email } = person.user;
  show.part('By e-mail address alone');
  const wish = { right: 'access', email, language: languageOf(person) } as const;
  const { request } = await ask(stage, wish);
  const proven = await prove(stage, request, email);
  const { controllers } = await proven.read();
  show.holds('the proof reaches no controller', controllers.length === 0, controllers);
  const done = await carryOut(stage, proven);
  const mail = await show.wait('Waiting for the mail', () =>
    outbox.mailFor(email, request.requestId, 'nothing to give'),
  );
  show.quiet(`✉ “${mail.subject}” to ${mail.to}: under this address alone there is nothing to give out`);
  const link = await proven.askForLink();
  show.exchange('POST /v1/subject/requests/{id}/downloads', '', link, problemOf(link));
  show.holds(
    'the request is answered, and nothing is given out',
    done.status === 'fulfilled' && done.bundle === undefined && link.status === 409,
    { status: done.status, bundle: done.bundle, link: link.status },
  );
}

async function askBySession(stage: Stage, person: SiteUser, shop: Site, backOffice: Site): Promise<void> {
  const { show, data } = stage;
  show.part('Through a session at the shop');
  const requestId = await submitForUser(stage, person, shop);
  const path = `${requests}/${requestId}`;
  const stranger = await backOffice.get(path);
  show.exchange(`GET ${requests}/{id}`, 'the back office asks about it', stranger, problemOf(stranger));
  show.holds('to another site this request does not exist', stranger.status === 404, stranger.status);
  const status = await show.wait('The export workflow collects, builds, signs', () =>
    waitFor('The end of the export', workDeadlineMs, async () => {
      const now = bodyOf(`GET ${requests}/{id}`, await shop.get(path), 200, filed).status;
      return now === 'in-progress' ? undefined : now;
    }),
  );
  show.exchange(`GET ${requests}/{id}`, 'the shop', { status: 200 }, `status ${status}`);
  show.holds('the request is fulfilled', status === 'fulfilled', status);
  const bag = await fetchBundle(stage, 'session', `POST ${requests}/{id}/downloads`, () =>
    shop.post(`${path}/downloads`, {}),
  );
  const sent = recordsOf(person);
  const difference = differenceOf(sent, recordsIn(bag));
  show.holds(
    `all ${sent.length} records that ${controllerNames.shop} sent are there, value by value, and no other`,
    difference.lost.length + difference.foreign.length === 0,
    difference,
  );
  const traces = findTexts(bag, [...foreignMarks(person, data.users), 'canary-']);
  show.holds('no secret and nothing of anybody else is in it', traces.length === 0, traces);
}

/** The site states that this user is signed in and when that was; it vouches with its signature. */
async function submitForUser({ show }: Stage, { user }: SiteUser, shop: Site): Promise<string> {
  const answer = await shop.post(requests, {
    right: 'access',
    user: { id: String(user.id), registeredAt: user.registered },
    authority: { kind: 'site-session', authenticatedAt: new Date().toISOString(), method: 'password' },
  });
  const { requestId, status, dueAt } = bodyOf(`POST ${requests}`, answer, 202, filed);
  show.exchange(
    `POST ${requests}`,
    `signed: user ${user.id} has just signed in by password`,
    answer,
    `requestId ${short(requestId)}, status ${status}, dueAt ${dueAt.slice(0, 10)}`,
  );
  return requestId;
}
