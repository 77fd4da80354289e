import { beforeAll, describe, expect, it } from 'vitest';
import {
  accountRecord,
  decide,
  giveConsent,
  makePerson,
  sendRecords,
  supportRecord,
  userOf,
  waitForMail,
  type TestPerson,
} from '#test/support/person.ts';
import { erase, eraseAtLevel2, fetchReceipt, query, type Ended } from '#test/support/erased.ts';
import { consentWithPhone, makePhone } from '#test/support/second-identifier.ts';
import { enrolSite, type TestSite } from '#test/support/site.ts';

/** Whoever reads the mail of these may not take away what signs them in. */
const people = {
  'a security question': makePerson('asked'),
  'a phone that is verified': makePerson('called'),
  'a phone that nobody verified': makePerson('typed'),
};
const owner = { ...makePerson('owner'), phone: makePhone() };
let site: TestSite;
let ended: Map<string, Ended>;
let ownersEnd: Ended;

const question = (person: TestPerson) => ({
  dataset: 'security-question',
  externalId: 'pet',
  collectedAt: person.registeredAt,
  data: { question: 'First pet?', answer: 'Rex' },
});
const read = async (person: TestPerson, dataset?: string): Promise<unknown> =>
  (await query(site, person, dataset)).body;

beforeAll(async () => {
  site = await enrolSite();
  const { 'a security question': asked, 'a phone that is verified': called } = people;
  await giveConsent(site, asked, ['login']);
  await sendRecords(site, asked, [accountRecord(asked), question(asked)]);
  await consentWithPhone(site, called, makePhone());
  await sendRecords(site, called, [accountRecord(called)]);
  const typed = people['a phone that nobody verified'];
  await consentWithPhone(site, typed, makePhone(), false);
  await sendRecords(site, typed, [accountRecord(typed)]);
  const user = { ...userOf(owner), phone: { value: owner.phone, verified: true } };
  await decide(site, user, 'given', ['terms-accepted', 'login']);
  await site.call('POST', '/v1/records', { user, records: [accountRecord(owner), question(owner)] });
  const [theOwners, ...ends] = await Promise.all([
    eraseAtLevel2(owner, [site]),
    ...Object.values(people).map(({ email }) => erase(email, [site])),
  ]);
  ownersEnd = theOwners;
  ended = new Map(Object.keys(people).flatMap((what, n) => (ends[n] ? [[what, ends[n]]] : [])));
}, 240_000);

describe.each(Object.entries(people))(
  'A1: with the code of a mail alone, where there is %s',
  (what, person) => {
    it('the profile is left whole, and it is said why', async () => {
      const { request, own } = ended.get(what) ?? ownersEnd;

      expect(own).toMatchObject({
        status: 'partly-fulfilled',
        receipt: true,
        withheld: expect.arrayContaining([
          { reason: 'needs-level-2', controllerId: site.controllerId, dataset: 'account' },
        ]) as unknown,
      });
      const mail = await waitForMail(person.email, 'nothing of that data was erased');
      expect(mail.text).toContain(request.requestId);
      expect(mail.text).toMatch(/second|another/);
    });

    it('nothing is restricted afterwards: its site reads it, and adds to it', async () => {
      expect(await read(person)).toMatchObject({ records: [{ data: { email: person.email } }] });
      expect(await read(person)).not.toHaveProperty('status');
      if (what === 'a security question')
        expect(await read(person, 'security-question')).toMatchObject({ records: [{}] });
      const added = await sendRecords(site, person, [supportRecord('later')]);
      expect(added).toMatchObject({ body: { results: [{ status: 'stored' }] } });
    });

    it('the receipt says that it was withheld, and counts nothing as erased', async () => {
      const { request } = ended.get(what) ?? ownersEnd;

      const { problems, content } = await fetchReceipt(request);

      expect(problems).toEqual([]);
      const place = content?.controllers[0]?.places[0];
      expect(place).toMatchObject({ outcome: 'withheld', reason: 'needs-level-2' });
      expect(place).not.toHaveProperty('keysDestroyedAt');
      const account = { dataset: 'account', found: 1, erased: 0, retained: 0, residual: 1 };
      expect(place?.datasets[0]).toEqual(account);
      expect(place?.datasets.every(({ erased, retained }) => erased + retained === 0)).toBe(true);
      expect(JSON.stringify(place)).not.toMatch(/ground|exception|reviewAt/);
      expect(content?.remainingCopies.map(({ what: copy }) => copy)).not.toContain('keys');
    });
  },
);

it('A1: with the code of a text message as well, all of it goes', async () => {
  const { request, own } = ownersEnd;

  expect(own).toMatchObject({ status: 'fulfilled', receipt: true });
  expect(await read(owner, 'security-question')).toMatchObject({ status: 'erased', records: [] });
  const { content } = await fetchReceipt(request);
  expect(content?.controllers[0]?.places[0]).toMatchObject({
    outcome: 'erased',
    datasets: [
      { dataset: 'account', found: 1, erased: 1 },
      { dataset: 'consent', retained: expect.any(Number) as number },
      { dataset: 'security-question', found: 1, erased: 1 },
    ],
  });
});
