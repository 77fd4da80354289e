import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { enrolSite, refusal, type Answered, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  giveConsent,
  makePerson,
  sendRecords,
  supportRecord,
  userOf,
} from '#test/support/person.ts';
import { sendAsSite, signCall } from '#test/support/site-client.ts';

const person = makePerson('input');
let site: TestSite;
let vendor: TestSite;
beforeAll(async () => {
  [site, vendor] = await Promise.all([enrolSite(), enrolSite({ vendor: true })]);
  await Promise.all([site, vendor].map((one) => giveConsent(one, person, ['risk-based-login'])));
});

const canary = 'Canary-7f3d';
const invoice = {
  dataset: 'billing',
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { invoiceNumber: '7', amount: '49.00', currency: 'EUR', issuedAt: '2026-01-02' },
};
const device = {
  dataset: 'device',
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { seenAt: '2026-01-02T03:04:05.000Z' },
};
const account = (data: Record<string, unknown>) => ({
  ...accountRecord(person),
  externalId: randomUUID(),
  data,
});
type Result = { status: string; errors?: { path: string }[] };
/** What became of each record: its status, and where it is wrong. */
const outcomes = ({ body }: Answered): string[] =>
  (body as { results: Result[] }).results.map(({ status, errors = [] }) =>
    [status, ...errors.map(({ path }) => path)].join(' '),
  );

describe('POST /v1/records, record by record', () => {
  it('P01 A18: a record that does not fit is rejected with its place, no value is echoed, the others are stored', async () => {
    const answer = await sendRecords(site, person, [
      supportRecord('fits', 'fits'),
      account({ email: `${canary}@@example.org` }),
      account({ email: person.email, firstName: `${canary}\u0007` }),
      account({ email: person.email, [canary]: 'unknown' }),
      account({ email: person.email, website: { deep: canary } }),
      account({}),
      { ...supportRecord(canary), dataset: canary },
      { ...supportRecord(canary, 'fits') },
      { ...supportRecord('consent'), dataset: 'consent' },
      { ...supportRecord('disclosure'), dataset: 'disclosure' },
      { ...supportRecord('prototype'), dataset: 'constructor' },
    ]);

    expect(outcomes(answer)).toEqual([
      'stored',
      'rejected data.email',
      'rejected data.firstName',
      `rejected data.${canary}`,
      'rejected data.website',
      'rejected data.email',
      'rejected dataset',
      'rejected externalId',
      'rejected dataset',
      'rejected dataset',
      'rejected dataset',
    ]);
    expect(JSON.stringify(answer.body).replaceAll(`data.${canary}`, '')).not.toContain(canary);
  });

  it('A29: a site sends its own datasets only', async () => {
    const [bySite, byVendor] = await Promise.all([
      sendRecords(site, person, [invoice]),
      sendRecords(vendor, person, [device, invoice]),
    ]);

    expect(outcomes(bySite)).toEqual(['rejected dataset']);
    expect(outcomes(byVendor)).toEqual(['rejected dataset', 'stored']);
  });

  it('a record with an external id is stored once, unchanged, replaced; without one it is new each time', async () => {
    const send = async (subject: string, id?: string) =>
      outcomes(await sendRecords(site, person, [supportRecord(subject, id)]));

    expect(await send('one', 'case-1')).toEqual(['stored']);
    expect(await send('one', 'case-1')).toEqual(['unchanged']);
    expect(await send('two', 'case-1')).toEqual(['replaced']);
    expect(await send('one')).toEqual(['stored']);
    expect(await send('one')).toEqual(['stored']);
  });

  it('the basis of a record is fixed when it is first collected', async () => {
    const record = supportRecord('basis', 'case-basis');
    await sendRecords(site, person, [record]);

    const changed = await sendRecords(site, person, [{ ...record, basis: 'legitimate-interest' }]);

    expect(outcomes(changed)).toEqual(['rejected basis']);
  });

  it.each(['contract', 'legitimate-interest', 'legal-obligation'])(
    'P05: data of devices is taken on consent, and not on %s',
    async (basis) => {
      const device = { dataset: 'device', collectedAt: '2026-01-02T03:04:05.000Z', basis };
      const data = { ip: '192.0.2.7', seenAt: '2026-01-02T03:04:05.000Z' };

      const sent = await sendRecords(site, person, [{ ...device, data }, supportRecord(basis)]);

      expect(outcomes(sent)).toEqual(['rejected basis', 'stored']);
    },
  );

  it('takes 100 records in a call, and not 101', async () => {
    const records = Array.from({ length: 101 }, (_, index) => supportRecord(`bulk ${index}`));

    const hundred = await sendRecords(site, person, records.slice(1));
    const more = await sendRecords(site, person, records);

    expect(outcomes(hundred)).toEqual(Array.from({ length: 100 }, () => 'stored'));
    expect(more).toMatchObject({ status: 422, body: { errors: [{ path: 'records' }] } });
  });
});

describe('A29: a body that is not what it must be', () => {
  /** Sends these bytes, rightly signed. */
  function send(body: string | Buffer, contentType = 'application/json'): Promise<Answered> {
    const call = { method: 'POST', url: `${inject('stack').apiUrl}/v1/records`, body, contentType };
    return sendAsSite(call, body, signCall(site.credentials, call));
  }
  const bodyWith = (change: Record<string, unknown>): string =>
    JSON.stringify({ user: userOf(person), records: [supportRecord(canary)], ...change });
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it.each([
    ['malformed JSON', `{"user": "${canary}`, '400 malformed'],
    ['no body', '', '400 malformed'],
    // API Gateway hands JSON on as text, so that these bytes are others by the time their digest is compared.
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), '401 unauthorized'],
    ['a byte order mark', `\ufeff${bodyWith({})}`, '400 malformed'],
    ['more than 1 MB', bodyWith({ user: canary.repeat(100_000) }), '413 too-large'],
    ['depth of 9', nested(9), '422 too-deep'],
    [
      '__proto__',
      bodyWith({}).replace('"records"', '"__proto__":{"vendor":true},"records"'),
      '422 validation',
    ],
    ['an unknown field', bodyWith({ [canary]: canary }), '422 validation'],
    ['a list', '[]', '422 validation'],
    [
      'a user id of 129 characters',
      bodyWith({ user: userOf({ ...person, userId: 'x'.repeat(129) }) }),
      '422 validation',
    ],
    ['a user id with NUL', bodyWith({ user: userOf({ ...person, userId: 'a\0b' }) }), '422 validation'],
    ['no records', bodyWith({ records: [] }), '422 validation'],
    [
      'an external id too long',
      bodyWith({ records: [supportRecord('x', canary.repeat(20))] }),
      '422 validation',
    ],
    [
      'a time that is none',
      bodyWith({ records: [{ ...supportRecord('x'), collectedAt: canary }] }),
      '422 validation',
    ],
    ['an unknown basis', bodyWith({ records: [{ ...supportRecord('x'), basis: canary }] }), '422 validation'],
  ])('%s', async (_, body, expected) => {
    const answer = await send(body);

    expect(refusal(answer)).toBe(expected);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(answer.body).replaceAll(`"path":"${canary}"`, '')).not.toContain(canary);
  });

  it.each(['text/plain', 'application/xml', 'application/json; charset=latin1'])(
    'media type %s',
    async (contentType) => {
      expect(refusal(await send(bodyWith({}), contentType))).toBe('415 unsupported-media-type');
    },
  );

  it('depth of 8 is looked at', async () => {
    expect(refusal(await send(nested(8)))).toBe('422 validation');
  });

  it('a query string is refused', async () => {
    expect(refusal(await site.call('POST', '/v1/records?a=1', {}))).toBe('422 validation');
  });
});
