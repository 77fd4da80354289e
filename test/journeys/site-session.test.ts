import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { enrolSite, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  giveConsent,
  makePerson,
  readOutbox,
  sendRecords,
  stayWithinTheHour,
  submitInSession,
  waitForMail,
  waitForSiteEnd,
  type TestPerson,
} from '#test/support/person.ts';
import { fetchBundleAsSite } from '#test/support/bundle.ts';

let site: TestSite;
let elsewhere: TestSite;
beforeAll(async () => {
  // One request a day: the day ends with an hour.
  await stayWithinTheHour(60);
  [site, elsewhere] = await Promise.all([enrolSite(), enrolSite()]);
});

async function makeKnown(name: string, { verified = true, at = [site] } = {}): Promise<TestPerson> {
  const person = makePerson(name);
  for (const one of at) {
    await giveConsent(one, person, [], verified);
    await sendRecords(one, person, [accountRecord(person)], verified);
  }
  return person;
}
async function countRows(...tables: string[]): Promise<number> {
  let rows = 0;
  for (const table of tables) {
    const TableName = inject('stack').outputs[table] ?? '';
    for await (const { Count = 0 } of paginateScan(
      { client: dynamoClient() },
      { TableName, Select: 'COUNT' },
    ))
      rows += Count;
  }
  return rows;
}
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const idOf = ({ body }: { body: unknown }): string => (body as { requestId: string }).requestId;

describe('A11: a request in the session of a user', () => {
  it('opens this site’s profile of this user alone, and writes to the verified address on record', async () => {
    const person = await makeKnown('session', { at: [site, elsewhere] });

    const filed = await submitInSession(site, person);
    const requestId = idOf(filed);

    expect(filed).toMatchObject({ status: 202, body: { status: 'in-progress', right: 'access' } });
    expect(await waitForSiteEnd(site, requestId)).toMatchObject({ body: { status: 'fulfilled' } });
    const bundle = await fetchBundleAsSite(site, requestId);
    expect(bundle.records('account')).toHaveLength(1);
    expect(bundle.records('account', site.controllerId)).toMatchObject([{ email: person.email }]);
    for (const path of bundle.paths) expect(bundle.text(path)).not.toContain(elsewhere.controllerId);
    expect((await waitForMail(person.email, 'is ready to download')).text).toContain(requestId);
  });

  it('G06 P16: gives a person with an unverified address the data, and writes to nobody', async () => {
    const person = await makeKnown('unverified', { verified: false });

    const requestId = idOf(await submitInSession(site, person));
    await waitForSiteEnd(site, requestId);

    const bundle = await fetchBundleAsSite(site, requestId);
    expect(bundle.records('account')).toMatchObject([{ email: person.email }]);
    // Somebody else's mail, asked for later, is there.
    const later = await makeKnown('later');
    await waitForSiteEnd(site, idOf(await submitInSession(site, later)));
    await waitForMail(later.email, 'is ready to download');
    expect(await readOutbox(person.email)).toEqual([]);
  });

  it('finds nothing for the same user id with another day of registration', async () => {
    const person = await makeKnown('successor');

    const filed = await submitInSession(site, { ...person, registeredAt: '2026-06-01T00:00:00.000Z' });

    expect(await waitForSiteEnd(site, idOf(filed))).toMatchObject({ body: { status: 'fulfilled' } });
    const link = await site.call('POST', `/v1/requests/${idOf(filed)}/downloads`, {});
    expect(refusal(link)).toBe('409 nothing-to-give');
    expect(await readOutbox(person.email)).toEqual([]);
  });

  it('G06: of nobody is answered so, and makes no profile only to find that out', async () => {
    const before = await countRows('DirectoryTableName', 'IndexTableName');

    const filed = await submitInSession(site, makePerson('nobody'));

    expect(await waitForSiteEnd(site, idOf(filed))).toMatchObject({ body: { status: 'fulfilled' } });
    const link = await site.call('POST', `/v1/requests/${idOf(filed)}/downloads`, {});
    expect(refusal(link)).toBe('409 nothing-to-give');
    expect(await countRows('DirectoryTableName', 'IndexTableName')).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  it('is refused when the login is older than 10 minutes, in the future, or of no known kind', async () => {
    const person = await makeKnown('stale');
    const asking = (authority: Record<string, unknown>) => submitInSession(site, person, { authority });

    const answers = await Promise.all([
      asking({ authenticatedAt: minutesAgo(10.1) }),
      asking({ authenticatedAt: minutesAgo(-1) }),
      asking({ method: 'telepathy' }),
      asking({ method: 'constructor' }),
      asking({ authenticatedAt: undefined }),
      asking({ impersonating: true }),
      asking({
        kind: 'controller-order',
        ground: 'subject-wish',
        authenticatedAt: undefined,
        method: undefined,
      }),
    ]);

    expect(answers.map(refusal)).toEqual([
      '403 not-proven',
      '403 not-proven',
      '422 validation',
      '422 validation',
      '422 validation',
      '422 validation',
      '403 scope-missing',
    ]);
    // None of these was the one request of the day.
    expect((await submitInSession(site, person)).status).toBe(202);
  });

  it('is made once a day for each right', async () => {
    const person = await makeKnown('again');

    const first = await submitInSession(site, person);
    const second = await submitInSession(site, person);
    const other = await submitInSession(site, person, { right: 'portability' });

    expect([first, second, other].map(refusal)).toEqual(['202 ', '429 too-many-calls', '202 ']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    await Promise.all([first, other].map((filed) => waitForSiteEnd(site, idOf(filed))));
  });
});
