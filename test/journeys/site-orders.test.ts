import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import {
  addOrdersKey,
  askContact,
  callWith,
  confirmContact,
  gainOrdersKey,
  makeOrdersPair,
  order,
  orderBody,
  waitForContactCode,
} from '#test/support/orders.ts';
import {
  accountRecord,
  disavow,
  giveConsent,
  makePerson,
  readOutbox,
  sendRecords,
  stayWithinTheHour,
  stopCodeIn,
  submitInSession,
  waitFor,
  waitForMail,
  type Submitted,
  type TestPerson,
} from '#test/support/person.ts';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';
import { sendAsSite, signCall, type SiteCredentials } from '#test/support/site-client.ts';

let site: TestSite;
let elsewhere: TestSite;
let orders: SiteCredentials;
beforeAll(async () => {
  // Orders are counted by the day, which ends with an hour; codes by the hour.
  await stayWithinTheHour(120);
  [site, elsewhere] = await Promise.all([enrolSite(), enrolSite()]);
  orders = await gainOrdersKey(site);
});

async function makeKnown(name: string, at: TestSite[] = [site]): Promise<TestPerson> {
  const person = makePerson(name);
  for (const one of at) {
    await giveConsent(one, person);
    await sendRecords(one, person, [accountRecord(person)]);
  }
  return person;
}
const idOf = ({ body }: Answered): string => (body as { requestId: string }).requestId;
const statusOf = ({ body }: Answered): string => (body as { status: string }).status;
const query = (at: TestSite, { userId }: TestPerson): Promise<Answered> =>
  at.call('POST', '/v1/records/queries', { user: { id: userId }, dataset: 'account', purpose: 'service' });
const readOrder = (requestId: string, by = orders): Promise<Answered> =>
  callWith(by, 'GET', `/v1/requests/${requestId}`);
const waitForStatus = (requestId: string, wanted: string): Promise<Answered> =>
  waitFor(`an order to be ${wanted}`, async () => {
    const answer = await readOrder(requestId);
    return statusOf(answer) === wanted ? answer : undefined;
  });

describe('A10: a key that may give orders', () => {
  it('is had with the word of the controller’s contact alone', async () => {
    const own = await enrolSite();
    const { publicKey } = makeOrdersPair();
    const other = makeOrdersPair().publicKey;

    const before = [
      await addOrdersKey(own, publicKey),
      await own.call('POST', '/v1/sites/keys', { algorithm: 'hmac-sha256', scopes: ['orders'] }),
      await own.call('POST', '/v1/sites/keys', {
        ...{ algorithm: 'ed25519', publicKey, scopes: ['collect', 'orders'] },
      }),
      await confirmContact(own, publicKey, 'AB2CD-3EF4G'),
    ];
    const asked = await askContact(own, publicKey);
    const code = await waitForContactCode(own);
    const wrong = [
      await confirmContact(own, publicKey, 'AB2CD-3EF4G'),
      await confirmContact(own, other, code),
      await confirmContact(elsewhere, publicKey, code),
      await addOrdersKey(own, publicKey),
    ];
    const confirmed = await confirmContact(own, publicKey, code);
    const after = [
      await addOrdersKey(own, other),
      await addOrdersKey(own, publicKey),
      await addOrdersKey(own, publicKey),
    ];

    expect(before.map(refusal)).toEqual([
      '403 contact-not-confirmed',
      '422 validation',
      '422 validation',
      '403 contact-not-confirmed',
    ]);
    expect(asked.status).toBe(202);
    const [mail] = await readOutbox(`privacy@${own.host}`);
    expect(mail?.text).toContain((asked.body as { fingerprint: string }).fingerprint);
    expect(mail?.text).toContain(own.host);
    expect(wrong.map(refusal)).toEqual(wrong.map(() => '403 contact-not-confirmed'));
    expect(confirmed).toMatchObject({ status: 200, body: { confirmedUntil: expect.any(String) as string } });
    expect(after.map(refusal)).toEqual(['403 contact-not-confirmed', '201 ', '422 validation']);
    expect(after[1]?.body).not.toHaveProperty('secret');
  });

  it('A21: is asked about three times an hour', async () => {
    const own = await enrolSite();
    const answers: Answered[] = [];
    for (let n = 0; n < 4; n += 1) answers.push(await askContact(own, makeOrdersPair().publicKey));

    expect(answers.map(refusal)).toEqual(['202 ', '202 ', '202 ', '429 too-many-calls']);
  });

  it('is good for orders and for nothing else', async () => {
    const person = await makeKnown('other-uses');
    const session = idOf(await submitInSession(site, person));
    const { keyId } = site.credentials;

    const answers = [
      await callWith(orders, 'POST', '/v1/records', {}),
      await callWith(orders, 'POST', '/v1/consents', {}),
      await callWith(orders, 'POST', '/v1/records/queries', {}),
      await callWith(orders, 'POST', '/v1/sites/keys', {}),
      await callWith(orders, 'POST', '/v1/sites/contact-confirmations', {}),
      await callWith(orders, 'DELETE', `/v1/sites/keys/${keyId}`),
      await callWith(orders, 'POST', `/v1/requests/${session}/downloads`, {}),
      await callWith(orders, 'POST', '/v1/requests', {
        ...orderBody(person),
        right: 'access',
        authority: {
          ...{ kind: 'site-session', method: 'passkey', authenticatedAt: new Date().toISOString() },
        },
      }),
      await readOrder(session),
      await callWith(orders, 'POST', '/v1/requests', { ...orderBody(person), right: 'access' }),
    ];

    expect(answers.map(refusal)).toEqual([
      ...Array.from({ length: 8 }, () => '403 scope-missing'),
      '404 not-found',
      '422 not-available',
    ]);
  });
});

describe('A10: a stolen everyday key', () => {
  it('gives no order, of whichever kind it is', async () => {
    const person = await makeKnown('spared');
    const own = await enrolSite();
    const { privateKey, publicKey } = makeOrdersPair();
    const added = await own.call('POST', '/v1/sites/keys', {
      ...{ algorithm: 'ed25519', publicKey, scopes: ['collect'] },
    });
    const everyday = { ...privateKey, keyId: (added.body as { keyId: string }).keyId };

    const answers = [
      await site.call('POST', '/v1/requests', orderBody(person)),
      await order(everyday, person),
      await order({ ...orders, keyId: site.credentials.keyId }, person),
    ];

    expect(answers.map(refusal)).toEqual(['403 scope-missing', '403 scope-missing', '401 unauthorized']);
    expect(await query(site, person)).toMatchObject({ body: { records: [{}] } });
  });
});

describe('A10: an order', () => {
  it('P19: erases this site’s user: told at once, restricted, cooled off, proved', async () => {
    const person = await makeKnown('ordered', [site, elsewhere]);

    const ordered = await order(orders, person, '17(1)(d)');
    const requestId = idOf(ordered);

    expect(ordered).toMatchObject({ status: 202, body: { right: 'erasure', status: 'cooling-off' } });
    const notice = await waitForMail(person.email, requestId);
    expect(notice.text).toContain('has ordered its erasure');
    expect(await query(site, person)).toMatchObject({ body: { status: 'restricted', records: [] } });
    expect((await callWith(orders, 'GET', `/v1/requests/${requestId}`)).body).toMatchObject({
      ...{ status: 'cooling-off', coolingOffUntil: expect.stringMatching(/^\d{4}-.*Z$/) as unknown },
    });
    expect(refusal(await order(orders, person))).toBe('429 too-many-calls');
    expect(await waitForStatus(requestId, 'fulfilled')).toMatchObject({ body: { right: 'erasure' } });
    expect(await query(site, person)).toMatchObject({ body: { status: 'erased', records: [] } });
    expect(await query(elsewhere, person)).toMatchObject({ body: { records: [{}] } });
    expect((await waitForMail(person.email, /ordered to be erased is erased/)).text).toContain(requestId);
    const receipt = await callWith(orders, 'GET', `/v1/requests/${requestId}/receipt`);
    expect(receipt.headers.get('content-type')).toBe('application/jose');
    expect((await site.call('GET', `/v1/requests/${requestId}`)).body).toMatchObject({ status: 'fulfilled' });
    expect(refusal(await elsewhere.call('GET', `/v1/requests/${requestId}`))).toBe('404 not-found');
  });

  it('is stopped with the stop code of the notice, and nothing is lost', async () => {
    const person = await makeKnown('objects');

    const requestId = idOf(await order(orders, person));
    const notice = await waitForMail(person.email, requestId);
    await disavow({ requestId } as Submitted, stopCodeIn(notice.text));

    await waitForStatus(requestId, 'withdrawn');
    const records = await waitFor('the end of the restriction', async () => {
      const answer = await query(site, person);
      return (answer.body as { records: unknown[] }).records.length > 0 ? answer : undefined;
    });
    expect(records.body).toMatchObject({ records: [{}] });
  });

  it('finds nobody where the user is another site’s, or nobody, and is answered alike', async () => {
    const person = await makeKnown('elsewhere', [elsewhere]);

    const answers = await Promise.all([order(orders, person), order(orders, makePerson())]);

    const views = answers.map(({ status, body }) => ({
      status,
      ...(body as object),
      ...{ requestId: '', receivedAt: '', dueAt: '' },
    }));
    expect(views[0]).toEqual(views[1]);
    expect(views[0]).toMatchObject({ status: 'cooling-off' });
    for (const answer of answers) await waitForStatus(idOf(answer), 'fulfilled');
    for (const answer of answers)
      expect(refusal(await callWith(orders, 'GET', `/v1/requests/${idOf(answer)}/receipt`))).toBe(
        '409 nothing-to-give',
      );
    expect(await query(elsewhere, person)).toMatchObject({ body: { records: [{}] } });
    expect(await readOutbox(person.email)).toEqual([]);
  });

  it('states a ground of the list, and takes another key’s nonce for nothing', async () => {
    const person = makePerson();
    const url = `${inject('stack').apiUrl}/v1/requests`;
    const body = JSON.stringify(orderBody(person, 'because'));
    const nonce = randomBytes(16).toString('base64url');
    const headers = signCall(orders, { method: 'POST', url, body }, { nonce });
    const send = () => sendAsSite({ method: 'POST', url }, body, headers);

    expect([refusal(await send()), refusal(await send())]).toEqual(['422 validation', '401 unauthorized']);
  });

  it('is the eleventh of a day no more: that needs staff', async () => {
    const own = await enrolSite();
    const key = await gainOrdersKey(own);
    const [first, ...others] = Array.from({ length: 11 }, () => makePerson());
    const answers: Answered[] = [];
    for (const person of [...others]) answers.push(await order(key, person));

    const eleventh = await order(key, first ?? makePerson());

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
    expect(refusal(eleventh)).toBe('429 needs-staff');
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
