import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, type TestSite } from '#test/support/site.ts';
import { erase, fetchReceipt } from '#test/support/erased.ts';
import {
  accountRecord,
  exercise,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  supportRecord,
  userOf,
  waitForMail,
  type OwnRequest,
  type Proven,
} from '#test/support/person.ts';

const ada = makePerson('ada');
const bob = makePerson('bob');
let site: TestSite;
let erasure: { request: Proven; own: OwnRequest };

const query = (person: typeof ada) =>
  site.call('POST', '/v1/records/queries', {
    user: { id: person.userId },
    dataset: 'account',
    purpose: 'service',
  });

beforeAll(async () => {
  site = await enrolSite();
  for (const person of [ada, bob]) {
    expect((await giveConsent(site, person)).status).toBe(201);
    await sendRecords(site, person, [accountRecord(person), supportRecord('first', 'case-1')]);
  }
  erasure = await erase(ada.email, [site]);
}, 240_000);

describe('an erasure by e-mail address', () => {
  it('P16 P19 G15: ends fulfilled, with a receipt that verifies offline and speaks of its person', async () => {
    expect(erasure.own).toMatchObject({ status: 'fulfilled', receipt: true });
    const { subjectSalt: salt } = (await readOwn(erasure.request)) as unknown as { subjectSalt: string };

    const { problems, content } = await fetchReceipt(erasure.request, { salt, identifier: ada.email });

    expect(problems).toEqual([]);
    expect(content?.controllers).toMatchObject([
      {
        controllerId: site.controllerId,
        places: [
          {
            outcome: 'erased',
            assurance: 'vendor-scanned',
            datasets: [
              { dataset: 'account', found: 1, erased: 1, retained: 0, residual: 0 },
              { dataset: 'consent', found: 1, erased: 0, retained: 1, exception: '17(3)(e)' },
              { dataset: 'support-case', found: 1, erased: 1, retained: 0, residual: 0 },
            ],
          },
        ],
      },
    ]);
  });

  it('A25: was announced to the address, and told in the end with the salt', async () => {
    const notice = await waitForMail(ada.email, /about to be erased|can be stopped/);
    const told = await waitForMail(ada.email, /is erased: its keys are destroyed/);

    expect(notice.text).toMatch(/\b[0-9a-f]{32}\b/);
    expect(told.text).toContain(erasure.request.requestId);
  });

  it('answers erased to its site, and everybody else’s data is as before', async () => {
    expect((await query(ada)).body).toMatchObject({ status: 'erased' });
    expect((await query(bob)).body).toMatchObject({ records: [{ data: { email: bob.email } }] });
  });

  it('A7: takes back nothing that a site sends again', async () => {
    const records = await sendRecords(site, ada, [supportRecord('first', 'case-1')]);
    const consent = await site.call('POST', '/v1/consents', {
      user: userOf(ada),
      decision: 'given',
      noticeVersion: '2026-01',
      purposes: ['terms-accepted'],
      method: 'registration-form',
      language: 'en',
      at: '2026-01-01T00:00:00.000Z',
    });

    expect(records.body).toMatchObject({ results: [{ status: 'rejected' }] });
    expect(consent.status).toBe(409);
  });

  it('a new access request finds what was retained, and the fact of erasure', async () => {
    const { own } = await exercise(ada.email);

    expect(own).toMatchObject({ status: 'fulfilled', bundle: { linksLeft: 5 } });
  });
});
