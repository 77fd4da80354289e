import * as z from 'zod';
import { customerOf } from '../customer.ts';
import { bodyOf, problemOf, send } from '../http.ts';
import type { Site } from '../site.ts';
import { personOf } from '../site-user.ts';
import { cast, readPurpose, type Stage } from '../stage.ts';
import {
  consentOf,
  recordsOf,
  refusalOf,
  userOf,
  type ConsentStatement,
  type RecordsOfUser,
} from '../statements.ts';

const consents = '/v1/consents';
const records = '/v1/records';
const consentKept = z.object({ consentId: z.string() });
const results = z.object({
  results: z.array(z.object({ index: z.number(), status: z.string(), recordId: z.string().optional() })),
});
const queries = '/v1/records/queries';
const page = z.object({ records: z.array(z.unknown()) });
const datasets = ['account', 'security-question', 'device', 'otp-message', 'support-case'];

/** Consents and records of everybody, as the plugin and the back office send them. */
export async function collect(stage: Stage, shop: Site, backOffice: Site): Promise<void> {
  const { show, data } = stage;
  show.step(
    '2  Consents and records of eight people',
    `${data.source}.`,
    'Each record lands in the profile that one controller has of one person, encrypted under keys of that profile alone.',
  );
  await collectFromShop(stage, shop);
  await replay(stage, shop);
  await readBack(stage, shop);
  await refuse(stage, shop);
  await collectFromBackOffice(stage, backOffice);
}

async function collectFromShop({ show, data }: Stage, shop: Site): Promise<void> {
  const willing = data.users.filter(({ user }) => user.login !== cast.refuses);
  const rows: (string | number)[][] = [['person', 'e-mail', 'consent', ...datasets, 'answer']];
  let sent = 0;
  let stored = 0;
  for (const [position, person] of willing.entries()) {
    const { login } = person.user;
    const emailVerified = login !== cast.unverified;
    const statements = recordsOf(person);
    const statuses = await show.wait(`Sending ${login}, ${position + 1} of ${willing.length}`, async () => {
      await giveConsent(shop, consentOf(person, emailVerified));
      return sendRecords(shop, { user: userOf(person, emailVerified), records: statements });
    });
    const counts = datasets.map((name) => statements.filter(({ dataset }) => dataset === name).length);
    rows.push([login, emailVerified ? 'verified' : 'unverified', 'given', ...counts, tally(statuses)]);
    sent += statements.length;
    stored += statuses.filter((status) => status === 'stored').length;
  }
  show.quiet(
    `→ POST ${consents} and POST ${records}, signed, for each of the ${willing.length} who accept the terms; ${cast.refuses} does not, see below:`,
  );
  show.table(rows);
  show.holds(`${sent} records of ${willing.length} people were sent, and each is stored`, stored === sent, {
    sent,
    stored,
  });
}

/** Sending again is safe, also when it is another call; recording a call and sending it again is not. */
async function replay({ show, data }: Stage, shop: Site): Promise<void> {
  const person = personOf(data, cast.both);
  const body: RecordsOfUser = { user: userOf(person, true), records: recordsOf(person) };
  show.part('The same again');
  const call = shop.record(records, body);
  const [first, second] = [await send(call), await send(call)];
  const statuses = statusesOf(bodyOf(`POST ${records}`, first, 200, results));
  show.exchange(`POST ${records}`, `${cast.both} once more, signed afresh`, first, tally(statuses));
  show.exchange(`POST ${records}`, 'that very call, byte for byte', second, problemOf(second));
  const isUnchanged = statuses.every((status) => status === 'unchanged');
  show.holds('a record that is sent again changes nothing', isUnchanged, tally(statuses));
  show.holds('a recorded call is worth nothing: its nonce is spent', second.status === 401, second.status);
}

/** A site reads its own users' data only, and only for a purpose that dataset and contract both name. */
async function readBack({ show, data }: Stage, shop: Site): Promise<void> {
  const { user, sessions } = personOf(data, cast.both);
  show.part('Reading back');
  const query = { user: { id: String(user.id) }, dataset: 'device' };
  const read = await shop.post(queries, { ...query, purpose: readPurpose });
  const { records: devices } = bodyOf(`POST ${queries}`, read, 200, page);
  show.exchange(
    `POST ${queries}`,
    `devices of ${user.login}, for ${readPurpose}`,
    read,
    `${devices.length} records`,
  );
  const other = await shop.post(queries, { ...query, purpose: 'marketing' });
  show.exchange(`POST ${queries}`, 'the same, for marketing', other, problemOf(other));
  show.holds(
    'a site reads for a purpose, or it does not read; and the person will see that it did',
    devices.length === sessions.length && other.status === 403,
    { found: devices.length, marketing: other.status },
  );
}

/** Refused consent: no registration, no data, no identifier. */
async function refuse({ show, data }: Stage, shop: Site): Promise<void> {
  const person = personOf(data, cast.refuses);
  show.part(`${cast.refuses} refuses the terms`);
  const refusal = await shop.post(consents, refusalOf(person));
  const said = (refusal.body ?? {}) as { stored?: unknown };
  show.exchange(
    `POST ${consents}`,
    'refused; the user by id alone',
    refusal,
    `stored: ${String(said.stored)}`,
  );
  const tried = await shop.post(records, { user: userOf(person, true), records: recordsOf(person) });
  show.exchange(`POST ${records}`, 'the records all the same', tried, problemOf(tried));
  const query = { user: { id: String(person.user.id) }, dataset: 'account', purpose: 'service' };
  const read = await shop.post(queries, query);
  const found = bodyOf(`POST ${queries}`, read, 200, page);
  show.exchange(`POST ${queries}`, 'what is held?', read, `${found.records.length} records`);
  show.holds(
    'without consent nothing is stored, and nothing is there',
    refusal.status === 200 && said.stored === false && tried.status === 403 && found.records.length === 0,
    { refusal: refusal.status, records: tried.status, held: found.records.length },
  );
}

async function collectFromBackOffice({ show, data }: Stage, backOffice: Site): Promise<void> {
  const { consent, sent } = customerOf(personOf(data, cast.both));
  show.part(`${cast.both} is a customer of the vendor, too`);
  await giveConsent(backOffice, consent);
  const answer = await backOffice.post(records, sent);
  const statuses = statusesOf(bodyOf(`POST ${records}`, answer, 200, results));
  show.exchange(`POST ${records}`, 'the back office: a licence and an invoice', answer, tally(statuses));
  show.holds(
    'the vendor’s own customers are profiles of the vendor: another controller, other keys',
    statuses.length === 2 && statuses.every((status) => status === 'stored'),
    tally(statuses),
  );
}

async function giveConsent(site: Site, consent: ConsentStatement): Promise<void> {
  bodyOf(`POST ${consents}`, await site.post(consents, consent), 201, consentKept);
}

async function sendRecords(site: Site, body: RecordsOfUser): Promise<string[]> {
  return statusesOf(bodyOf(`POST ${records}`, await site.post(records, body), 200, results));
}

const statusesOf = (body: z.output<typeof results>): string[] => body.results.map(({ status }) => status);

const tally = (statuses: readonly string[]): string =>
  [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => `${all.length} ${status}`).join(', ');
