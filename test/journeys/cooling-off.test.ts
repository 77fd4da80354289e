import { beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { readRequest } from '#shared/requests/request-store.ts';
import {
  accountRecord,
  disavow,
  exercise,
  giveConsent,
  makePerson,
  readOutbox,
  readOwn,
  sendRecords,
  stopCodeIn,
  submitInSession,
  supportRecord,
  waitFor,
  waitForEnd,
  waitForMail,
  waitForSiteEnd,
  withdraw,
  type Proven,
  type TestPerson,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';
import {
  beginErasure,
  fetchReceipt,
  query,
  setCoolingOff,
  waitForCoolingOff,
  waitForData,
  waitForExecution,
} from '#test/support/erased.ts';
import { consentWithPhone, makePhone, waitForTexts } from '#test/support/second-identifier.ts';
import { enrolSite, refusal, type TestSite } from '#test/support/site.ts';
import { stackTable } from '#test/support/stored.ts';

let site: TestSite;
beforeAll(async () => {
  site = await enrolSite();
});

async function makeKnown(name: string): Promise<TestPerson> {
  const person = makePerson(name);
  await giveConsent(site, person);
  await sendRecords(site, person, [accountRecord(person), supportRecord('first', 'case-1')]);
  return person;
}
const noticeWords = 'can be stopped';
const noticeTo = (email: string, { requestId }: Pick<Proven, 'requestId'>) =>
  waitFor('a notice', async () =>
    (await readOutbox(email)).find(({ text }) => text.includes(noticeWords) && text.includes(requestId)),
  );
const eventsOf = ({ requestId }: Pick<Proven, 'requestId'>) =>
  readChain(stackTable('Ledger'), `R#${requestId}`);
const recordOf = async ({ requestId }: Pick<Proven, 'requestId'>) => {
  const request = await readRequest({ requests: stackTable('Requests') }, requestId);
  if (!request) throw new Error('no request');
  return request;
};
/** For how many seconds a request cools off, from its announcement on; its end is a whole second. */
async function secondsOf(request: Pick<Proven, 'requestId'>): Promise<number> {
  const announced = (await eventsOf(request)).find(({ type }) => type === 'announced');
  const { coolingOffUntil = '' } = await recordOf(request);
  return Math.floor((Date.parse(coolingOffUntil) - Date.parse(announced?.at ?? '')) / 1_000);
}

/** Long enough to act meanwhile, on a busy machine too. */
const longer = { normal: 20, extended: 25 };

/** Stopped while it cooled off: over at once, free at once, and the execution that waited wakes to nothing. */
async function expectStopped(person: TestPerson, request: Pick<Proven, 'requestId'>): Promise<void> {
  await waitForData(site, person, 'readable');
  const { coolingOffUntil, state } = await recordOf(request);
  expect(state).toBe('withdrawn');
  const lifted = (await eventsOf(request)).find(({ type }) => type === 'restriction-lifted');
  expect(lifted?.at.localeCompare(coolingOffUntil ?? '')).toBe(-1);
  await waitForExecution(request.requestId, 1);
  expect(new Date().toISOString().localeCompare(coolingOffUntil ?? '')).toBe(1);
  const types = (await eventsOf(request)).map(({ type }) => type);
  expect(types.filter((type) => ['planned', 'keys-destroyed', 'step-failed'].includes(type))).toEqual([]);
  expect((await recordOf(request)).state).toBe('withdrawn');
  expect((await query(site, person)).body).toMatchObject({
    records: [{ data: { email: person.email, firstName: 'Ada', lastName: 'Example' } }],
  });
  const mails = (await readOutbox(person.email)).map(({ text }) => text).join('\n');
  expect(mails).not.toMatch(/is erased: its keys are destroyed/);
}

describe('A25: while an erasure cools off', () => {
  it.concurrent('the data is restricted, not gone; the person and the site are told so', async () => {
    const person = await makeKnown('cools');

    const request = await beginErasure(person.email, [site]);

    const answer = await waitForData(site, person, 'restricted');
    expect(answer.body).toEqual({ status: 'restricted', records: [] });
    const coolingOffUntil = await waitForCoolingOff(request);
    expect(await readOwn(request)).toMatchObject({ coolingOffUntil });
    const notice = await noticeTo(person.email, request);
    // To the minute, as people are told.
    expect(notice.text).toContain(coolingOffUntil.slice(11, 16));
    expect(notice.text).toMatch(/stop code [0-9a-f]{32} for request/);
    // A26: it may be read by others.
    expect(notice.text).not.toMatch(new RegExp(`${site.host}|cools|Ada|https?:`));
    expect(await waitForEnd(request)).toMatchObject({ status: 'fulfilled', coolingOffUntil });
    expect((await readOutbox(person.email)).filter(({ text }) => text.includes(noticeWords))).toHaveLength(1);
  });

  it.concurrent(
    'it does so for the longer time where one channel leads to the person, for the shorter where two do',
    async () => {
      const one = await makeKnown('one-channel');
      const [two, phone] = [makePerson('two-channels'), makePhone()];
      await consentWithPhone(site, two, phone);
      await sendRecords(site, two, [accountRecord(two)]);

      const requests = [
        await beginErasure(one.email, [site]),
        await beginErasure(two.email, [site]),
      ] as const;

      for (const request of requests) await waitForCoolingOff(request);
      expect(await Promise.all(requests.map(secondsOf))).toEqual([8, 5]);
      const [text] = await waitForTexts(phone);
      expect(text?.text).toContain(requests[1].requestId);
      for (const request of requests) await waitForEnd(request);
    },
  );

  it.concurrent('A4: an address that was linked lately erases nothing, though nobody stops it', async () => {
    const robbed = await makeKnown('slept');
    const thief = { ...robbed, email: makePerson('thief').email };
    await giveConsent(site, thief);

    const request = await beginErasure(thief.email, [site]);

    await noticeTo(robbed.email, request);
    expect(await waitForEnd(request)).toMatchObject({
      status: 'partly-fulfilled',
      withheld: expect.arrayContaining([
        expect.objectContaining({ reason: 'identifier-linked-recently', dataset: 'account' }),
      ]) as unknown,
    });
    expect((await query(site, robbed)).body).toMatchObject({ records: [{ data: { email: robbed.email } }] });
  });

  it.concurrent('an address that nobody verified is not told', async () => {
    const person = makePerson('unverified');
    await giveConsent(site, person, [], false);
    await sendRecords(site, person, [accountRecord(person)], false);

    const filed = await submitInSession(site, person, { right: 'erasure' });

    const { requestId } = filed.body as { requestId: string };
    expect(await waitForSiteEnd(site, requestId)).toMatchObject({ body: { status: 'fulfilled' } });
    expect((await eventsOf({ requestId })).find(({ type }) => type === 'announced')?.facts).toMatchObject({
      ...{ notices: 0, extended: true },
    });
    expect(await readOutbox(person.email)).toEqual([]);
  });

  it.concurrent('once it is planned neither word nor stop code changes anything', async () => {
    const person = await makeKnown('too-late');
    const request = await beginErasure(person.email, [site]);
    const notice = await noticeTo(person.email, request);
    await waitFor('the plan', async () => (await recordOf(request)).plannedAt);

    expect(refusal(await withdraw(request))).toBe('409 wrong-state');
    expect(refusal(await disavow(request, stopCodeIn(notice.text)))).toBe('409 wrong-state');

    await waitForMail(person.email, /is erased: its keys are destroyed/);
    expect((await recordOf(request)).state).toBe('fulfilled');
    expect((await query(site, person)).body).toMatchObject({ status: 'erased' });
    expect((await eventsOf(request)).map(({ type }) => type)).toContain('disavowed-late');
    expect(refusal(await disavow(request, stopCodeIn(notice.text)))).toBe('409 wrong-state');
    expect((await fetchReceipt(request)).problems).toEqual([]);
  });
});

describe('A25: an erasure that cools off is stopped', () => {
  beforeAll(() => setCoolingOff(longer));

  it.concurrent('by its person’s word where the request was made', async () => {
    const person = await makeKnown('withdraws');
    const request = await beginErasure(person.email, [site]);
    await waitForData(site, person, 'restricted');
    await waitForCoolingOff(request);

    expect(await withdraw(request)).toMatchObject({ status: 200, body: { status: 'withdrawn' } });

    await expectStopped(person, request);
    expect(await readOwn(request)).toMatchObject({ status: 'withdrawn' });
    // All of it is there, and given out again.
    const bundle = await fetchBundle((await exercise(person.email)).request);
    expect(bundle.records('account')).toHaveLength(1);
    expect(bundle.records('support-case')).toMatchObject([{ subject: 'first', message: 'About first' }]);
    expect(bundle.json('data/request.json')).toMatchObject({ erasures: [] });
  });

  it.concurrent('by its person’s word where it failed meanwhile, whoever mends it', async () => {
    const person = await makeKnown('failed');
    const request = await beginErasure(person.email, [site]);
    await waitForData(site, person, 'restricted');
    await waitForCoolingOff(request);
    const stores = { requests: stackTable('Requests'), ledger: stackTable('Ledger') };
    const failure = { attempt: 1, failed: 'States.Timeout', now: new Date().toISOString() };
    await recordFailure(stores, request.requestId, failure);
    expect((await readOwn(request)).status).toBe('needs-attention');

    expect(await withdraw(request)).toMatchObject({ status: 200, body: { status: 'withdrawn' } });

    await waitForData(site, person, 'readable');
    await waitForExecution(request.requestId, 1);
    expect((await recordOf(request)).state).toBe('withdrawn');
    expect((await eventsOf(request)).at(-1)?.type).toBe('restriction-lifted');
  });

  it.concurrent('by the stop code of its notice: “not me”', async () => {
    const person = await makeKnown('not-me');
    const request = await beginErasure(person.email, [site]);
    const notice = await noticeTo(person.email, request);

    expect((await disavow(request, stopCodeIn(notice.text))).status).toBe(202);

    await expectStopped(person, request);
    // Whoever proved it has no say in it any more.
    expect(refusal(await withdraw(request))).toBe('401 token-invalid');
  });

  it.concurrent(
    'A4: by the stop code that went to the former address: whoever moved it is not the only one to be told',
    async () => {
      const robbed = await makeKnown('robbed');
      const thief = { ...robbed, email: makePerson('thief').email };
      await giveConsent(site, thief);
      // In the account itself the new address is as good as the old one.
      const filed = await submitInSession(site, thief, {
        right: 'erasure',
        authority: { method: 'passkey' },
      });
      const request = filed.body as { requestId: string };

      const [toFormer] = await Promise.all([noticeTo(robbed.email, request), noticeTo(thief.email, request)]);
      // Identifiers were changed lately: the longer time.
      expect(await secondsOf(request)).toBe(longer.extended);
      expect((await disavow(request as Proven, stopCodeIn(toFormer.text))).status).toBe(202);

      await expectStopped(robbed, request);
    },
  );

  it.concurrent('before it was announced as well: nothing stays restricted', async () => {
    const person = await makeKnown('at-once');
    const request = await beginErasure(person.email, [site]);

    expect((await withdraw(request)).status).toBe(200);

    for (const attempt of [1, 2]) await waitForExecution(request.requestId, attempt);
    expect((await query(site, person)).body).toMatchObject({ records: [{}] });
    expect((await query(site, person)).body).not.toHaveProperty('status');
  });
});
