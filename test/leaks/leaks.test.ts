import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { queryAll } from '#shared/aws/table.ts';
import { eraseAtLevel2, fetchReceipt } from '#test/support/erased.ts';
import {
  askForLink,
  download,
  exercise,
  giveConsent,
  makePerson,
  proveWith,
  readOutbox,
  readOwn,
  start,
  stayWithinTheHour,
  stopCodeIn,
  submit,
  submitAndProve,
  waitFor,
  waitForCode,
  waitForEnd,
  waitForMail,
  type Proven,
} from '#test/support/person.ts';
import { nameIdentifier, waitForDigits } from '#test/support/second-identifier.ts';
import { enrolSite, postJson, type TestSite } from '#test/support/site.ts';
import { stackTable } from '#test/support/stored.ts';
import { findCanaries } from './canaries.ts';
import { plants } from './plants.ts';
import { deployedTables, storeNames, stores } from './stores.ts';

const mark = randomBytes(5).toString('hex');
/** A person whose every value is unlike anything else in the run. */
const canaries = {
  email: `zelda.${mark}@canary-${mark}.example`,
  'raw user id': `user-${mark}-4711`,
  'user name': `zelda_${mark}`,
  'first name': `Zeldamira${mark}`,
  'last name': `Ön-Śmith${mark}`,
  phone: `+49151${BigInt(`0x${mark}`).toString().slice(0, 8).padEnd(8, '7')}`,
  ip: `2001:db8:${mark.slice(0, 4)}:${mark.slice(4, 8)}::${mark.slice(8)}1`,
  'secret answer': `answer-${mark}`,
  'free text': `My dog ate the invoice ${mark}`,
};
const at = '2026-10-01T10:00:00.000Z';
const user = {
  id: canaries['raw user id'],
  registeredAt: at,
  email: { value: canaries.email, verified: true },
  phone: { value: canaries.phone, verified: true },
  username: canaries['user name'],
};
const records = [
  {
    dataset: 'account',
    externalId: 'account',
    collectedAt: at,
    data: {
      email: canaries.email,
      phone: canaries.phone,
      username: canaries['user name'],
      firstName: canaries['first name'],
      lastName: canaries['last name'],
    },
  },
  { dataset: 'device', externalId: 'session-1', collectedAt: at, data: { ip: canaries.ip, seenAt: at } },
  {
    dataset: 'security-question',
    externalId: 'q',
    collectedAt: at,
    data: { question: 'Dog?', answer: canaries['secret answer'] },
  },
  {
    dataset: 'support-case',
    externalId: 'c',
    collectedAt: at,
    data: { category: 'billing', message: canaries['free text'], openedAt: at },
  },
  // Refused, so that the way of errors is walked too.
  { dataset: 'account', collectedAt: at, data: { email: canaries.email, unknown: canaries['free text'] } },
];

/** Collect, query, ask by e-mail and by session, be refused, download: what the system does, and does not. */
async function liveThrough(site: TestSite): Promise<void> {
  const statement = { noticeVersion: '1', method: 'form', language: 'en', at };
  const purposes = ['terms-accepted', 'risk-based-login', 'login'];
  await site.call('POST', '/v1/consents', { user, decision: 'given', purposes, ...statement });
  const sent = await site.call('POST', '/v1/records', { user, records });
  const { results } = sent.body as { results: { status: string }[] };
  expect(results.map(({ status }) => status)).toEqual(['stored', 'stored', 'stored', 'stored', 'rejected']);
  await site.call('POST', '/v1/records', { user: { ...user, email: canaries.email }, records });
  await site.call('POST', '/v1/records/queries', {
    user: { id: user.id },
    dataset: 'account',
    purpose: 'login',
  });
  await site.call('POST', '/v1/records/queries', {
    user: { id: user.id },
    dataset: 'account',
    purpose: 'marketing',
  });
  await postJson('/v1/subject/requests', {
    right: 'access',
    identifier: { kind: 'email', value: `<${canaries.email}>` },
  });

  const poisoned = await submit(canaries.email);
  await waitForCode(canaries.email, poisoned);
  const wrong = { code: 'AAAAA-AAAAA', browserSecret: poisoned.browserSecret };
  await postJson(`/v1/subject/requests/${poisoned.requestId}/verification`, wrong);
  const proven = await submitAndProve(canaries.email);
  await nameIdentifier(proven, canaries.phone);
  const raised = await proveWith(proven, await waitForDigits(canaries.phone));
  const request = { ...proven, token: (raised.body as { token: string }).token };
  await start(request);
  await waitForEnd(request);
  const link = await askForLink(request);
  expect((await download((link.body as { url: string }).url)).length).toBeGreaterThan(1_000);

  const authority = { kind: 'site-session', authenticatedAt: new Date().toISOString(), method: 'password' };
  const session = await site.call('POST', '/v1/requests', {
    right: 'access',
    user: { id: user.id, registeredAt: at },
    authority,
  });
  const { requestId } = session.body as { requestId: string };
  await waitFor('the session’s request', async () => {
    const { body } = await site.call('GET', `/v1/requests/${requestId}`);
    return (body as { status: string }).status === 'fulfilled' ? true : undefined;
  });
}

/** What only the person is given: a token, and the salt of the receipt and the stop code that came by mail. */
const secrets: Record<string, string> = {};
let site: TestSite;
let erasure: Proven;

/** An erasure at level 2, after somebody else's export; to its end, with its notices and its receipt. */
async function eraseThrough(): Promise<void> {
  const other = makePerson();
  await giveConsent(site, other);
  await exercise(other.email);
  const { request, own } = await eraseAtLevel2(canaries, [site]);
  expect(own).toMatchObject({ status: 'fulfilled' });
  await fetchReceipt(request);
  erasure = request;
  const { subjectSalt } = (await readOwn(request)) as unknown as { subjectSalt: string };
  const notice = await waitForMail(canaries.email, 'can be stopped');
  Object.assign(secrets, {
    ...{ token: request.token, 'browser secret': request.browserSecret, salt: subjectSalt },
    'stop code': stopCodeIn(notice.text),
  });
}

beforeAll(async () => {
  await stayWithinTheHour(120);
  site = await enrolSite();
  await liveThrough(site);
});

describe('what the system keeps and tells', () => {
  it('A18: is looked at whole: every table that is deployed, both machines', () => {
    expect(storeNames).toEqual(expect.arrayContaining(deployedTables()));
    expect(deployedTables()).toHaveLength(8);
  });

  it.each(storeNames.filter((name) => name !== 'receipts' && name !== 'the histories of erasures'))(
    'A18 G03: no canary of a person stands in %s',
    async (name) => {
      await expectNone(name, canaries);
    },
  );

  it.each(storeNames)('A18: a value planted in %s is found', async (name) => {
    const value = `planted-${randomUUID()}@canary.example`;
    await plants[name](value);
    const found = await waitFor(
      'the planted value',
      async () => {
        const hits = findCanaries(await stores[name](), { planted: value });
        return hits.length > 0 ? hits : undefined;
      },
      20,
    );
    expect(found).toEqual(['planted']);
  });
});

async function expectNone(name: keyof typeof stores, wanted: Record<string, string>): Promise<void> {
  const texts = await stores[name]();
  expect(texts.length).toBeGreaterThan(0);
  expect(findCanaries(texts, wanted)).toEqual([]);
}

describe('what it keeps and tells of an erasure', () => {
  beforeAll(eraseThrough, 180_000);

  it('A18: is there to be looked at: each row of an erasure, both executions, both kinds of mail', async () => {
    const rows = await queryAll(stackTable('Requests'), `R#${erasure.requestId}`);
    const kinds = new Set(rows.map(({ sk }) => String(sk).split('#')[0]));
    for (const kind of [
      'CONTACT',
      'SUBJECT',
      'NOTICE',
      'ANNOUNCED',
      'TASK',
      'FOUND',
      'ERASED',
      'SCAN',
      'RECEIPT',
    ])
      expect([...kinds]).toContain(kind);
    expect((await stores['the histories of erasures']()).join('\n')).toContain(erasure.requestId);
    expect((await stores.receipts()).join('\n')).toContain(erasure.requestId);
    expect(Object.values(secrets).filter((secret) => secret.length >= 32)).toHaveLength(4);
  });

  it.each(storeNames)(
    'A18 G03: no canary of a person, and no secret of theirs, stands in %s',
    async (name) => {
      await expectNone(name, { ...canaries, ...secrets });
    },
  );

  it('A18 A26: messages alone know an address, as what they are sent to; their words name nobody', async () => {
    const told = await waitForMail(`privacy@${site.host}`, 'erased personal data of one of your users');
    const [mails, texts] = [await readOutbox(canaries.email), await readOutbox(canaries.phone)];

    expect(mails.filter(({ text }) => text.includes(erasure.requestId)).length).toBeGreaterThanOrEqual(3);
    expect(texts.filter(({ text }) => text.includes(erasure.requestId))).toHaveLength(1);
    const words = [...mails, ...texts, told].map(({ subject = '', text }) => `${subject}\n${text}`);
    expect(findCanaries(words, canaries)).toEqual([]);
    expect(findCanaries([words.at(-1) ?? ''], secrets)).toEqual([]);
    expect(words.slice(0, -1).join('\n')).not.toContain(site.host);
  });
});
