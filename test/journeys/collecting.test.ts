import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  decide,
  giveConsent,
  makePerson,
  readOwn,
  sendRecords,
  submitAndProve,
  supportRecord,
  userOf,
} from '#test/support/person.ts';

let site: TestSite;
beforeAll(async () => {
  site = await enrolSite();
});

const hour = 3_600_000;
const fromNow = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const decideAt = (
  user: Record<string, unknown>,
  decision: string,
  at: string,
  purposes = ['terms-accepted'],
) =>
  site.call('POST', '/v1/consents', {
    ...{ user, decision, purposes, at, noticeVersion: '2026-01', method: 'form', language: 'en' },
  });
const statuses = (answers: readonly Answered[]): number[] => answers.map(({ status }) => status);
const readAccount = (userId: string): Promise<Answered> =>
  site.call('POST', '/v1/records/queries', { user: { id: userId }, dataset: 'account', purpose: 'service' });

describe('a site that sends many things at once', () => {
  it('about a user who is new: one profile, and every call is kept', async () => {
    const person = makePerson('at-once');

    const consents = await Promise.all([1, 2, 3, 4].map(() => giveConsent(site, person)));
    const records = await Promise.all(
      [1, 2, 3, 4].map((number) => sendRecords(site, person, [supportRecord('about', `case-${number}`)])),
    );

    expect(statuses(consents)).toEqual([201, 201, 201, 201]);
    expect(statuses(records)).toEqual([200, 200, 200, 200]);
    expect((await readOwn(await submitAndProve(person.email))).controllers).toHaveLength(1);
  });

  it('about a user whose address changed: every call is kept, and the newest address stands', async () => {
    const before = makePerson('changes');
    await giveConsent(site, before);
    const after = { ...before, email: makePerson('changed').email };

    const records = await Promise.all(
      [1, 2, 3, 4].map((number) => sendRecords(site, after, [supportRecord('about', `case-${number}`)])),
    );

    expect(statuses(records)).toEqual([200, 200, 200, 200]);
    expect((await readOwn(await submitAndProve(before.email))).controllers).toEqual([]);
    expect((await readOwn(await submitAndProve(after.email))).controllers).toHaveLength(1);
  });

  it('about one record: it is there once', async () => {
    const person = makePerson('one-record');
    await giveConsent(site, person);

    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => sendRecords(site, person, [accountRecord(person)])),
    );

    const outcomes = answers.flatMap(({ body }) => (body as { results: { status: string }[] }).results);
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'stored',
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect((await readAccount(person.userId)).body).toMatchObject({ records: [{}] });
  });
});

describe('decisions that come out of order', () => {
  it('A7 G05: an older consent that is sent again does not revive what was withdrawn', async () => {
    const person = makePerson('replayed');
    const given = fromNow(-2 * hour);
    await decideAt(userOf(person), 'given', given);
    await decideAt(userOf(person), 'withdrawn', fromNow(-hour));

    const again = await decideAt(userOf(person), 'given', given);

    expect(again.status).toBe(201);
    expect(refusal(await sendRecords(site, person, [accountRecord(person)]))).toBe('403 consent-missing');
  });

  it('G05: a decision of tomorrow counts as of now, so that none can outlast its withdrawal', async () => {
    const person = makePerson('tomorrow');

    const answers = [
      await decideAt(userOf(person), 'given', fromNow(24 * hour)),
      await decideAt(userOf(person), 'given', fromNow(10_000)),
    ];
    const withdrawn = await decideAt(userOf(person), 'withdrawn', fromNow(0));

    expect(statuses([...answers, withdrawn])).toEqual([201, 201, 201]);
    expect(refusal(await sendRecords(site, person, [accountRecord(person)]))).toBe('403 consent-missing');
  });

  it('P21: a record of tomorrow is rejected, so that none can outlast its correction', async () => {
    const person = makePerson('record-of-tomorrow');
    await giveConsent(site, person);
    const early = { ...accountRecord(person), collectedAt: fromNow(24 * hour) };

    const { body } = await sendRecords(site, person, [early, supportRecord('fits')]);

    expect(body).toMatchObject({
      results: [{ status: 'rejected', errors: [{ path: 'collectedAt' }] }, { status: 'stored' }],
    });
  });

  it('P17: a withdrawal stores nothing of the person but itself, no new address either', async () => {
    const before = makePerson('leaves');
    await giveConsent(site, before);
    const named = makePerson('named-at-the-end');

    const answer = await decide(site, userOf({ ...before, email: named.email }), 'withdrawn', [
      'terms-accepted',
    ]);

    expect(answer.status).toBe(201);
    expect((await readOwn(await submitAndProve(named.email))).controllers).toEqual([]);
    expect((await readOwn(await submitAndProve(before.email))).controllers).toHaveLength(1);
  });
});

describe('what a site may send carelessly', () => {
  it('a purpose named twice counts once', async () => {
    const person = makePerson('twice');

    const answer = await decideAt(userOf(person), 'given', fromNow(0), [
      'terms-accepted',
      'login',
      'terms-accepted',
    ]);

    expect(answer.status).toBe(201);
    expect((await sendRecords(site, person, [accountRecord(person)])).status).toBe(200);
  });

  it('half a character is rejected in a field; an external id that holds one is none', async () => {
    const person = makePerson('odd');
    await giveConsent(site, person);

    const { body } = await sendRecords(site, person, [
      { ...accountRecord(person), data: { email: person.email, firstName: 'A\ud800' } },
      supportRecord('odd', 'x\u202e'),
    ]);
    const odd = await sendRecords(site, person, [supportRecord('odd', 'x\ud800\0')]);

    expect(refusal(odd)).toBe('422 validation');
    expect(body).toMatchObject({
      results: [{ status: 'rejected', errors: [{ path: 'data.firstName' }] }, { status: 'stored' }],
    });
  });
});
