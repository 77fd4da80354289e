import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  exercise,
  giveConsent,
  makePerson,
  sendRecords,
  submitAndProve,
  submitInSession,
  waitForSiteEnd,
} from '#test/support/person.ts';
import { fetchBundle } from '#test/support/bundle.ts';

const person = makePerson('shared');
let site: TestSite;
let other: TestSite;
let vendor: TestSite;
const passcode = (index: number) => ({
  dataset: 'otp-message',
  externalId: `otp-${index}`,
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { channel: 'sms', sentAt: '2026-01-02T03:04:05.000Z' },
});
const question = {
  dataset: 'security-question',
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { question: 'First pet?', answer: 'Canary-rex' },
};
const invoice = {
  dataset: 'billing',
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { invoiceNumber: 'INV-7', amount: '49.00', currency: 'EUR', issuedAt: '2026-01-02' },
};

beforeAll(async () => {
  [site, other, vendor] = await Promise.all([enrolSite(), enrolSite(), enrolSite({ vendor: true })]);
  await Promise.all([site, other, vendor].map((one) => giveConsent(one, person, ['login'])));
  await sendRecords(site, person, [accountRecord(person), question]);
  await sendRecords(
    site,
    person,
    Array.from({ length: 99 }, (_, index) => passcode(index)),
  );
  await sendRecords(site, person, [99, 100].map(passcode));
  await sendRecords(other, person, [passcode(0)]);
  await sendRecords(vendor, person, [invoice]);
});

const query = (by: TestSite, dataset: string, purpose: string, cursor?: string): Promise<Answered> =>
  by.call('POST', '/v1/records/queries', { user: { id: person.userId }, dataset, purpose, cursor });
type Page = { records: { externalId?: string; data: Record<string, unknown> }[]; cursor?: string };
const pageOf = ({ body }: Answered): Page => body as Page;
const nowhere = '019a0000-0000-7000-8000-000000000000';

describe('P09 A35: another site’s', () => {
  it('request is not there: not its state, not its bundle, not under a guessed id', async () => {
    const requestId = ((await submitInSession(site, person)).body as { requestId: string }).requestId;
    await waitForSiteEnd(site, requestId);
    const bySubject = await submitAndProve(person.email);

    const ids = [requestId, bySubject.requestId, nowhere];
    const reads = await Promise.all(ids.map((id) => other.call('GET', `/v1/requests/${id}`)));
    const links = await Promise.all(ids.map((id) => other.call('POST', `/v1/requests/${id}/downloads`, {})));
    const own = await site.call('GET', `/v1/requests/${bySubject.requestId}`);

    for (const answer of [...reads, ...links, own]) {
      expect(refusal(answer)).toBe('404 not-found');
      expect(answer.body).toEqual(reads[0]?.body);
    }
    expect((await site.call('POST', `/v1/requests/${requestId}/downloads`, {})).status).toBe(201);
  });

  it('data of the same user id is not there, and its user is nobody', async () => {
    const stranger = makePerson('stranger');
    await giveConsent(other, stranger);

    expect(pageOf(await query(other, 'account', 'service')).records).toEqual([]);
    expect(pageOf(await query(other, 'otp-message', 'login')).records).toHaveLength(1);
    const foreign = { user: { id: stranger.userId }, dataset: 'account', purpose: 'service' };
    expect((await site.call('POST', '/v1/records/queries', foreign)).body).toEqual({ records: [] });
  });

  it('key is not there to be revoked', async () => {
    const revoked = await other.call('DELETE', `/v1/sites/keys/${site.credentials.keyId}`);

    expect(refusal(revoked)).toBe('404 not-found');
    expect((await query(site, 'account', 'service')).status).toBe(200);
  });
});

describe('P09 P10 A36: a read', () => {
  it.each([
    ['for a purpose that is none of the site’s contract', 'account', 'billing'],
    ['for one that the dataset does not serve', 'otp-message', 'service'],
    ['of a dataset that no purpose of the site serves', 'support-case', 'login'],
    ['of the evidence', 'disclosure', 'evidence'],
  ])('%s is refused', async (_, dataset, purpose) => {
    expect(refusal(await query(site, dataset, purpose))).toBe('403 purpose-not-allowed');
  });

  it('of a dataset that is none is refused, and not repeated', async () => {
    const answer = await query(site, 'Canary-7f3d', 'service');

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'dataset' }] } });
    expect(JSON.stringify(answer.body)).not.toContain('Canary');
  });

  it('never gives out a secret, nor its hash: that it is set', async () => {
    const { records } = pageOf(await query(site, 'security-question', 'login'));

    expect(records.map(({ data }) => data)).toEqual([{ question: 'First pet?', answerSet: true }]);
  });

  it('goes on by a cursor that opens nothing else', async () => {
    const first = pageOf(await query(site, 'otp-message', 'login'));
    const { cursor = '' } = first;

    const second = pageOf(await query(site, 'otp-message', 'login', cursor));
    const refused = await Promise.all([
      query(site, 'account', 'login', cursor),
      query(site, 'security-question', 'login', cursor),
      query(other, 'otp-message', 'login', cursor),
      query(site, 'otp-message', 'login', `${cursor.slice(0, -2)}AA`),
      query(site, 'otp-message', 'login', Buffer.from('otp-message#').toString('base64url')),
    ]);

    expect([first.records.length, second.records.length, second.cursor]).toEqual([100, 1, undefined]);
    const ids = [...first.records, ...second.records].map(({ externalId }) => externalId);
    expect(new Set(ids).size).toBe(101);
    expect(refused.map(refusal)).toEqual(refused.map(() => '422 validation'));
  });

  it('P02 P14 G12: stands in the person’s bundle, each with its reader by name, purpose and time; what was refused does not', async () => {
    await query(vendor, 'billing', 'billing');

    const { request } = await exercise(person.email);
    const bundle = await fetchBundle(request);

    const { records } = bundle.json('data/disclosures.json') as { records: Record<string, unknown>[] };
    const reads = records.map(({ recipient, recipientId, datasets, purpose, kind }) => ({
      recipient,
      recipientId,
      datasets,
      purpose,
      kind,
    }));
    const by = ({ siteId, host }: TestSite, dataset: string, purpose: string) => ({
      recipient: `Controller of ${host}`,
      ...{ recipientId: siteId, datasets: [dataset], purpose, kind: 'read' },
    });
    expect(reads).toContainEqual(by(vendor, 'billing', 'billing'));
    expect(reads).toContainEqual(by(site, 'security-question', 'login'));
    expect(reads).toContainEqual(by(other, 'otp-message', 'login'));
    expect(reads).not.toContainEqual(
      expect.objectContaining({ recipientId: site.siteId, purpose: 'billing' }),
    );
    for (const { at } of records) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(bundle.text('data/records/vault/' + site.controllerId + '/security-question.jsonl')).not.toMatch(
      /Canary-rex|scrypt/,
    );
  });
});
