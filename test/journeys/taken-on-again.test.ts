import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchBundle } from '#test/support/bundle.ts';
import { erase, query } from '#test/support/erased.ts';
import {
  exercise,
  giveConsent,
  makePerson,
  sendRecords,
  supportRecord,
  userOf,
} from '#test/support/person.ts';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';
import { scanEverything } from '#test/support/stored.ts';

const ada = makePerson('ada');
const long = '2026-01-01T00:00:00.000Z';
let site: TestSite;

const consent = (decision: 'given' | 'refused' | 'withdrawn', at: string): Promise<Answered> =>
  site.call('POST', '/v1/consents', {
    user: decision === 'refused' ? { id: ada.userId } : userOf(ada),
    ...{ decision, at, purposes: ['terms-accepted'] },
    ...{ noticeVersion: '2026-01', method: 'registration-form', language: 'en' },
  });
/** Calls of before the erasure, each with its key, that a site's retry queue makes again. */
const retried = (['/v1/consents', '/v1/records'] as const).map((path) => {
  const body = {
    '/v1/consents': {
      user: userOf(ada),
      ...{ decision: 'given', at: long, purposes: ['terms-accepted'] },
      ...{ noticeVersion: '2026-01', method: 'registration-form', language: 'en' },
    },
    '/v1/records': { user: userOf(ada), records: [supportRecord('before', 'before-key')] },
  }[path];
  const idempotencyKey = `${randomUUID()}-before`;
  return (key = idempotencyKey): Promise<Answered> => site.call('POST', path, body, { idempotencyKey: key });
});
let answeredThen: Answered[];
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
  answeredThen = [];
  for (const call of retried) answeredThen.push(await call());
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

  it('A13: with the key of then is answered as then, in ids alone: nothing is stored and no key is made', async () => {
    const stored = async (): Promise<string[]> =>
      [...(await scanEverything()).keys()]
        .filter((row) => /^(?:Directory|Records|Keys|Index) /.test(row))
        .sort();
    const before = await stored();

    const again = [];
    for (const call of retried) again.push(await call());
    const anew = [];
    for (const call of retried) anew.push(await call(`${randomUUID()}-anew`));

    expect(again.map(({ status, body }) => ({ status, body }))).toEqual(
      answeredThen.map(({ status, body }) => ({ status, body })),
    );
    expect(again.map(({ status }) => status)).toEqual([201, 200]);
    expect(again[0]?.body).toEqual({ consentId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    expect(again[1]?.body).toEqual({
      results: [{ index: 0, status: 'stored', recordId: expect.stringMatching(/^[\w-]+$/) as string }],
    });
    expect(anew[0]).toMatchObject({ status: 409, body: { type: 'urn:data-rights:problem:erased' } });
    expect(anew[1]?.body).toMatchObject({
      results: [{ status: 'rejected', errors: [{ message: 'erased' }] }],
    });
    expect(await stored()).toEqual(before);
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
