import { beforeAll, describe, expect, it } from 'vitest';
import { parseSigningJwks } from '#shared/signing/signing-jwk.ts';
import { verifyReceipt } from '#shared/receipts/verify-receipt.ts';
import {
  accountRecord,
  giveConsent,
  makePerson,
  sendRecords,
  stayWithinTheHour,
  submitInSession,
  waitForMail,
  waitForSiteEnd,
  type TestPerson,
} from '#test/support/person.ts';
import { query, waitForData } from '#test/support/erased.ts';
import { enrolSite, getJson, refusal, type Answered, type TestSite } from '#test/support/site.ts';

let site: TestSite;
let elsewhere: TestSite;
beforeAll(async () => {
  // One request a day: the day ends with an hour.
  await stayWithinTheHour(90);
  [site, elsewhere] = await Promise.all([enrolSite(), enrolSite()]);
});

/** A person at both sites whom a security question lets in. */
async function makeKnown(name: string): Promise<TestPerson> {
  const person = makePerson(name);
  const question = {
    ...{ dataset: 'security-question', externalId: 'pet', collectedAt: person.registeredAt },
    data: { question: 'First pet?', answer: 'Rex' },
  };
  for (const one of [site, elsewhere]) {
    await giveConsent(one, person, ['login']);
    await sendRecords(one, person, [accountRecord(person), question]);
  }
  return person;
}
const eraseInSession = (person: Pick<TestPerson, 'userId' | 'registeredAt'>, method: string) =>
  submitInSession(site, person, { right: 'erasure', authority: { method } });
const idOf = ({ body }: Answered): string => (body as { requestId: string }).requestId;
const receiptOf = (requestId: string): Promise<Answered> =>
  site.call('GET', `/v1/requests/${requestId}/receipt`);

describe('A1 A11: an erasure in the session of a user', () => {
  it.concurrent(
    'who signed in with a second factor erases all that this site holds, and nothing elsewhere',
    async () => {
      const person = await makeKnown('passkey');

      const filed = await eraseInSession(person, 'passkey');
      const requestId = idOf(filed);

      expect(filed).toMatchObject({ status: 202, body: { right: 'erasure', status: 'cooling-off' } });
      await waitForData(site, person, 'restricted');
      expect(refusal(await receiptOf(requestId))).toBe('409 not-ready');
      expect(await waitForSiteEnd(site, requestId)).toMatchObject({
        body: {
          ...{ status: 'fulfilled', places: [{ place: 'vault', status: 'done' }] },
          coolingOffUntil: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
        },
      });
      expect((await query(site, person, 'security-question')).body).toMatchObject({ status: 'erased' });
      expect((await query(elsewhere, person, 'security-question')).body).toMatchObject({ records: [{}] });
      expect(refusal(await eraseInSession(person, 'passkey'))).toBe('429 too-many-calls');
    },
  );

  it.concurrent(
    'P19: is answered with a receipt, which the site fetches, no other site, and its user can show',
    async () => {
      const person = await makeKnown('shows');
      const requestId = idOf(await eraseInSession(person, 'password-and-totp'));
      await waitForSiteEnd(site, requestId);

      const answer = await receiptOf(requestId);

      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/jose');
      for (const path of ['', '/receipt'])
        expect(refusal(await elsewhere.call('GET', `/v1/requests/${requestId}${path}`))).toBe(
          '404 not-found',
        );
      const told = await waitForMail(person.email, 'is erased: its keys are destroyed');
      const salt = /\b[\w-]{43}(?=\s)/.exec(told.text)?.[0] ?? '';
      const keys = parseSigningJwks((await getJson('/v1/keys')).body);
      const verdict = await verifyReceipt(answer.body as string, keys, { salt, identifier: person.userId });
      expect(verdict.problems).toEqual([]);
      expect(verdict.content?.controllers).toMatchObject([
        { controllerId: site.controllerId, places: [{ outcome: 'erased' }] },
      ]);
      const others = await verifyReceipt(answer.body as string, keys, {
        salt,
        identifier: makePerson().userId,
      });
      expect(others.problems).not.toEqual([]);
    },
  );

  it.concurrent('who signed in with a password alone leaves whole what signs the person in', async () => {
    const person = await makeKnown('password');

    const requestId = idOf(await eraseInSession(person, 'password'));

    const { controllerId } = site;
    const why = { reason: 'needs-level-2', controllerId };
    // The site learns why from its answer, and need not open the receipt: G09.
    expect(await waitForSiteEnd(site, requestId)).toMatchObject({
      body: {
        status: 'partly-fulfilled',
        withheld: expect.arrayContaining([{ ...why, dataset: 'security-question' }]) as unknown,
      },
    });
    expect((await query(site, person, 'security-question')).body).toMatchObject({ records: [{}] });
    expect((await waitForMail(person.email, 'nothing of that data was erased')).text).toContain(requestId);
    expect((await receiptOf(requestId)).status).toBe(200);
  });

  it.concurrent(
    'G06: of a user who is not known ends with nothing to erase, and without a receipt',
    async () => {
      const requestId = idOf(await eraseInSession(makePerson('nobody'), 'passkey'));

      expect(await waitForSiteEnd(site, requestId)).toMatchObject({ body: { status: 'fulfilled' } });
      expect(refusal(await receiptOf(requestId))).toBe('409 nothing-to-give');
    },
  );
});
