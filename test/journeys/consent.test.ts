import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, refusal, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  decide,
  giveConsent,
  makePerson,
  sendRecords,
  supportRecord,
  userOf,
} from '#test/support/person.ts';
import { scanEverything } from '#test/support/stored.ts';

let site: TestSite;
beforeAll(async () => {
  site = await enrolSite();
});

const deviceRecord = {
  dataset: 'device',
  externalId: 'session-1',
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { ip: '192.0.2.7', seenAt: '2026-01-02T03:04:05.000Z' },
};
const query = (userId: string, dataset: string, purpose: string) =>
  site.call('POST', '/v1/records/queries', { user: { id: userId }, dataset, purpose });

describe('a person who refuses', () => {
  const person = makePerson('refuses');

  it('P17 A14: with an unknown user nothing is stored but what keeps calls apart', async () => {
    const before = await scanEverything();

    const refused = await decide(site, { id: person.userId }, 'refused', ['terms-accepted']);
    const kept = await site.call(
      'POST',
      '/v1/consents',
      {
        ...{ user: { id: person.userId }, decision: 'refused', purposes: [], noticeVersion: '2026-01' },
        ...{ method: 'registration-form', language: 'en', at: new Date().toISOString() },
      },
      { idempotencyKey: randomUUID() },
    );
    const records = await sendRecords(site, person, [accountRecord(person), supportRecord('help')]);
    const withdrawn = await decide(site, userOf(person), 'withdrawn', ['terms-accepted']);
    const read = await query(person.userId, 'account', 'service');

    expect(refused).toMatchObject({ status: 200, body: { stored: false } });
    expect(kept).toMatchObject({ status: 200, body: { stored: false } });
    expect(refusal(records)).toBe('403 consent-missing');
    expect(withdrawn).toMatchObject({ status: 200, body: { stored: false } });
    expect(read).toMatchObject({ status: 200, body: { records: [] } });
    const added = [...(await scanEverything())].filter(([key]) => !before.has(key));
    expect(added.filter(([key]) => !/^Ephemeral (NONCE|COUNT|ONCE)#/.test(key))).toEqual([]);
    const rows = added.map(([, item]) => JSON.stringify(item)).join('\n');
    expect(rows).not.toContain(person.userId);
    expect(rows).not.toContain(person.email);
    // What is kept of an idempotency key: that it is free.
    const once = added.filter(([key]) => key.startsWith('Ephemeral ONCE#'));
    expect(once.map(([, item]) => Object.keys(item).sort())).toEqual([
      ['claimId', 'claimedUntil', 'pk', 'sk', 'state', 'ttl'],
    ]);
  });

  it.each([
    ['email', { email: { value: person.email, verified: true } }],
    ['registeredAt', { registeredAt: person.registeredAt }],
    ['username', { username: 'somebody' }],
    ['phone', { phone: { value: '+493012345678', verified: true } }],
  ])('A14: a refusal that also names %s is not taken', async (field, more) => {
    const answer = await decide(site, { id: person.userId, ...more }, 'refused', []);

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: `user.${field}`, message: 'unknown field' }] });
  });

  it('A14: of somebody known the refusal is kept, and ends what may be stored', async () => {
    const known = makePerson('known');
    await giveConsent(site, known);

    const refused = await decide(site, { id: known.userId }, 'refused', ['terms-accepted']);

    expect(refused.status).toBe(201);
    expect(refusal(await sendRecords(site, known, [accountRecord(known)]))).toBe('403 consent-missing');
  });
});

describe('consent to a purpose', () => {
  it('P17 P05: without risk-based-login no device record is stored, nor anything sent with it', async () => {
    const person = makePerson('no-device');
    await giveConsent(site, person);

    const answer = await sendRecords(site, person, [accountRecord(person), deviceRecord]);

    expect(refusal(answer)).toBe('403 consent-missing');
    expect((await query(person.userId, 'account', 'service')).body).toEqual({ records: [] });
    expect((await query(person.userId, 'device', 'risk-based-login')).body).toEqual({ records: [] });
  });

  it('P17 G05: once it is withdrawn, what rests on it is neither stored nor read; the rest goes on', async () => {
    const person = makePerson('withdraws-one');
    await giveConsent(site, person, ['risk-based-login']);
    await sendRecords(site, person, [accountRecord(person), deviceRecord]);
    const readDevice = () => query(person.userId, 'device', 'risk-based-login');
    expect((await readDevice()).body).toMatchObject({ records: [{ data: { ip: '192.0.2.7' } }] });

    await decide(site, userOf(person), 'withdrawn', ['risk-based-login']);

    expect(refusal(await sendRecords(site, person, [deviceRecord]))).toBe('403 consent-missing');
    expect((await readDevice()).body).toEqual({ records: [] });
    expect((await query(person.userId, 'account', 'service')).body).toMatchObject({ records: [{}] });
  });

  it('P17: withdrawn terms end storing and reading; given again, both work', async () => {
    const person = makePerson('withdraws');
    await giveConsent(site, person);
    await sendRecords(site, person, [accountRecord(person)]);
    await decide(site, userOf(person), 'withdrawn', ['terms-accepted']);

    expect(refusal(await sendRecords(site, person, [supportRecord('late')]))).toBe('403 consent-missing');
    expect(refusal(await query(person.userId, 'account', 'service'))).toBe('403 consent-missing');

    await giveConsent(site, person);

    expect(await sendRecords(site, person, [supportRecord('later')])).toMatchObject({
      body: { results: [{ status: 'stored' }] },
    });
    expect((await query(person.userId, 'account', 'service')).body).toMatchObject({
      records: [{ data: { email: person.email } }],
    });
  });

  it('P17: given without the terms it is not taken', async () => {
    const answer = await decide(site, userOf(makePerson()), 'given', ['login']);

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'purposes' }] } });
  });
});
