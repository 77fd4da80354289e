import { ask, prove } from '../../ask.ts';
import { raiseLevel } from '../../raise-level.ts';
import type { Site } from '../../site.ts';
import { languageOf, personOf, type SiteUser } from '../../site-user.ts';
import { cast, controllerNames, type Stage } from '../../stage.ts';
import { startErasure, startEverywhere } from '../../start-erasure.ts';
import type { ProvenRequest } from '../../subject-request.ts';
import { waitFor } from '../../wait-for.ts';
import { readAccount } from './others.ts';

const deadlineMs = 60_000;
/** Consent is withdrawn. */
export const ground = '17(1)(b)';

/** Asks for an erasure with the mailbox and the phone, and lets it cool off. */
export async function askForErasure(stage: Stage, shop: Site): Promise<ProvenRequest> {
  const { show, data } = stage;
  const person = personOf(data, cast.both);
  const { email } = person.user;
  show.part('Proof: mailbox and phone');
  const { request } = await ask(stage, { right: 'erasure', email, language: languageOf(person) });
  const first = await prove(stage, request, email);
  const proven = await raiseLevel(stage, request, first, person.meta.billing_phone);
  show.holds('with the phone on record the proof is of level 2', proven.level === 2, proven.level);

  show.part('Choice: at whom, and why');
  const { controllers } = await proven.read();
  await startEverywhere(stage, proven);
  await startErasure(stage, proven, controllers, ground);
  await coolOff(stage, proven, person, shop);
  return proven;
}

async function coolOff(
  { show, outbox }: Stage,
  request: ProvenRequest,
  { user, meta }: SiteUser,
  shop: Site,
): Promise<void> {
  show.part('Cooling-off');
  const until = await show.wait('The data is being restricted', () =>
    waitFor('The end of the cooling-off', deadlineMs, async () => (await request.read()).coolingOffUntil),
  );
  const page = await readAccount(shop, user.id);
  show.exchange(
    'POST /v1/records/queries',
    `the shop reads the account of ${user.login}`,
    { status: 200 },
    `status ${page.status ?? 'none'}, ${page.records.length} records`,
  );
  show.holds(
    'from now on the data is restricted: stored, and read by nobody',
    page.status === 'restricted' && page.records.length === 0,
    page,
  );
  show.quiet(`It can be stopped until ${until}: 5 or 8 s on this machine, 1 or 7 days in production.`);
  const notices = await show.wait('Waiting for the notices', () =>
    Promise.all(
      [user.email, meta.billing_phone].map((to) => outbox.mailFor(to, request.requestId, 'notice')),
    ),
  );
  for (const { channel, subject, to, text } of notices)
    show.quiet(channel === 'email' ? `✉ “${subject}” to ${to}, with a stop code` : `✆ to ${to}: “${text}”`);
  const naming = notices.filter(
    ({ text }) => text.includes(user.lastName) || text.includes(controllerNames.shop),
  );
  show.holds(
    'mailbox and phone were told, each with a stop code; the notices name no person and no site',
    notices.length === 2 && naming.length === 0,
    naming,
  );
}
