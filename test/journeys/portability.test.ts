import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, type TestSite } from '#test/support/site.ts';
import {
  accountRecord,
  exercise,
  giveConsent,
  makePerson,
  sendRecords,
  supportRecord,
} from '#test/support/person.ts';
import { fetchBundle, type ReadBundle } from '#test/support/bundle.ts';

const person = makePerson('takes-along');
const at = '2026-01-02T03:04:05.000Z';
let site: TestSite;
let vendor: TestSite;
let bundle: ReadBundle;

beforeAll(async () => {
  [site, vendor] = await Promise.all([enrolSite(), enrolSite({ vendor: true })]);
  await giveConsent(site, person, ['login', 'risk-based-login']);
  await giveConsent(vendor, person);
  const answered = supportRecord('answered');
  await sendRecords(site, person, [
    accountRecord(person),
    { ...answered, data: { ...(answered['data'] as object), answeredAt: at } },
    { dataset: 'security-question', collectedAt: at, data: { question: 'First pet?', answer: 'Rex' } },
    { dataset: 'device', collectedAt: at, data: { ip: '192.0.2.7', seenAt: at } },
    { ...supportRecord('not portable'), basis: 'legitimate-interest' },
  ]);
  const invoice = { invoiceNumber: 'INV-7', amount: '49.00', currency: 'EUR', issuedAt: at, name: 'Ada' };
  await sendRecords(vendor, person, [
    {
      dataset: 'licence',
      collectedAt: at,
      data: { plan: 'pro', key: 'K-1', seats: 3, validUntil: '2027-01-01' },
    },
    { dataset: 'billing', collectedAt: at, data: invoice },
  ]);
  const { request } = await exercise(person.email, { right: 'portability' });
  bundle = await fetchBundle(request);
});

describe('a portability bundle', () => {
  it('P25 G19 G25: holds exactly what the person provided, on consent or contract', () => {
    expect(bundle.records('account')).toEqual([
      { email: person.email, firstName: 'Ada', lastName: 'Example' },
    ]);
    expect(bundle.records('support-case')).toEqual([
      { category: 'question', subject: 'answered', message: 'About answered', openedAt: at },
    ]);
    expect(bundle.records('device')).toEqual([{ ip: '192.0.2.7', seenAt: at }]);
    expect(bundle.records('security-question')).toEqual([{ question: 'First pet?', answerSet: true }]);
    expect(bundle.records('licence')).toEqual([{ plan: 'pro', seats: 3 }]);
    expect(bundle.paths.filter((path) => path.includes('billing'))).toEqual([]);
  });

  it('P25: lists what it leaves out, each with its reason and article', () => {
    const { redactions } = bundle.json('data/redactions.json') as { redactions: Record<string, unknown>[] };

    const listed = redactions.map(({ dataset, field, reason, article, count }) =>
      [dataset, field, reason, article, count].join(' '),
    );
    expect(listed.sort()).toEqual([
      'billing  basis-not-portable 20(1)(a) 1',
      'consent  basis-not-portable 20(1)(a) 1',
      'consent  basis-not-portable 20(1)(a) 1',
      'licence key secret 32(1) 1',
      'licence validUntil not-provided-by-subject 20(1) 1',
      'security-question answer secret 32(1) 1',
      'support-case  basis-not-portable 20(1)(a) 1',
      'support-case answeredAt not-provided-by-subject 20(1) 1',
    ]);
    for (const { text } of redactions) expect(text).toMatch(/^\p{L}.{20}/u);
  });

  it('G19: comes as JSON and CSV with schemas, and without the answer of Article 15', () => {
    const names = ['account', 'device', 'licence', 'security-question', 'support-case'];
    for (const name of names) {
      expect(bundle.paths.filter((path) => path.endsWith(`/${name}.csv`))).toHaveLength(1);
      expect(bundle.json(`data/schemas/${name}.schema.json`)).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
      });
    }
    expect(bundle.paths.filter((path) => path.startsWith('data/schemas/'))).toHaveLength(names.length);
    expect(bundle.paths.filter((path) => path.includes('information'))).toEqual([]);
    expect(bundle.text('data/index.html')).toContain('lang="en"');
  });
});
