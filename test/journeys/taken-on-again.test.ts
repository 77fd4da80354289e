import { beforeAll, describe, expect, it } from 'vitest';
import { fetchBundle } from '#test/support/bundle.ts';
import { erase, query } from '#test/support/erased.ts';
import { exercise, giveConsent, makePerson, sendRecords, userOf } from '#test/support/person.ts';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';

const ada = makePerson('ada');
const long = '2026-01-01T00:00:00.000Z';
let site: TestSite;

const consent = (decision: 'given' | 'refused' | 'withdrawn', at: string): Promise<Answered> =>
  site.call('POST', '/v1/consents', {
    user: decision === 'refused' ? { id: ada.userId } : userOf(ada),
    ...{ decision, at, purposes: ['terms-accepted'] },
    ...{ noticeVersion: '2026-01', method: 'registration-form', language: 'en' },
  });
/** What its site reads of the user. */
const read = async (): Promise<unknown> => (await query(site, ada)).body;
const send = (firstName: string, collectedAt: string): Promise<Answered> =>
  sendRecords(site, ada, [
    { dataset: 'account', externalId: firstName, collectedAt, data: { email: ada.email, firstName } },
  ]);

beforeAll(async () => {
  site = await enrolSite();
  expect((await giveConsent(site, ada)).status).toBe(201);
  await send('before', long);
  const { own } = await erase(ada.email, [site]);
  expect(own).toMatchObject({ status: 'fulfilled' });
}, 240_000);

describe('A7: after an erasure, a site that sends what it sent before', () => {
  it('is told that it was erased, and nothing is stored', async () => {
    expect(refusal(await consent('given', long))).toBe('409 erased');
    expect((await send('before', long)).body).toMatchObject({
      results: [{ status: 'rejected', errors: [{ message: 'erased' }] }],
    });
    expect(await read()).toEqual({ records: [], status: 'erased' });
  });

  it.each(['refused', 'withdrawn'] as const)(
    'P17 A14: has a decision %s answered as of nobody',
    async (decision) => {
      const { status, body } = await consent(decision, new Date().toISOString());

      expect([status, body]).toEqual([200, { stored: false }]);
    },
  );
});

describe('A7: a consent that is given later', () => {
  const now = (): string => new Date().toISOString();

  it('takes the user on again, with nothing of before, now or when it is sent again', async () => {
    expect((await consent('given', now())).status).toBe(201);

    expect(await read()).toEqual({ records: [] });
    expect((await send('after', now())).body).toMatchObject({ results: [{ status: 'stored' }] });
    expect((await send('before', long)).body).toMatchObject({
      results: [{ status: 'rejected', errors: [{ message: 'erased' }] }],
    });
    expect(refusal(await consent('given', long))).toBe('409 erased');
    expect((await consent('withdrawn', long)).body).toEqual({ stored: false });
    expect(await read()).toMatchObject({ records: [{ data: { firstName: 'after' } }] });
  });

  it('race 12: opens to who proves the address, and what was retained of before does not', async () => {
    const { request } = await exercise(ada.email);
    const bundle = await fetchBundle(request);

    expect(bundle.records('account', site.controllerId)).toMatchObject([{ firstName: 'after' }]);
    expect((bundle.json('data/consents.json') as { records: unknown[] }).records).toHaveLength(1);
  });

  const other = { ...ada, registeredAt: '2025-09-01T00:00:00.000Z' };
  it('D54: under another account of the user id neither old decisions nor old records come back', async () => {
    const old = { user: userOf(other), decision: 'given', at: long, purposes: ['terms-accepted'] };
    const how = { noticeVersion: '2026-01', method: 'registration-form', language: 'en' };
    expect(refusal(await site.call('POST', '/v1/consents', { ...old, ...how }))).toBe('409 erased');
    expect((await giveConsent(site, other)).status).toBe(201);

    const data = { email: ada.email, firstName: 'before' };
    const sent = await sendRecords(site, other, [
      { dataset: 'account', externalId: 'before', collectedAt: long, data },
    ]);

    expect(sent.body).toMatchObject({ results: [{ status: 'rejected', errors: [{ message: 'erased' }] }] });
  });

  it('A11: another account of the same user id is another user', async () => {
    expect((await giveConsent(site, other)).status).toBe(201);

    expect(await read()).toEqual({ records: [] });
  });
});
