import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  askForLink,
  download,
  proveWith,
  start,
  submit,
  submitAndProve,
  waitFor,
  waitForCode,
  waitForEnd,
} from '#test/support/person.ts';
import { nameIdentifier, waitForDigits } from '#test/support/second-identifier.ts';
import { enrolSite, postJson, type TestSite } from '#test/support/site.ts';
import { findCanaries } from './canaries.ts';
import { plants } from './plants.ts';
import { stores } from './stores.ts';

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

beforeAll(async () => {
  await liveThrough(await enrolSite());
});

describe('what the system keeps and tells', () => {
  it.each(Object.keys(stores))('A18 G03: no canary of a person stands in %s', async (name) => {
    const texts = (await stores[name]?.()) ?? [];
    expect(texts.length).toBeGreaterThan(0);
    expect(findCanaries(texts, canaries)).toEqual([]);
  });

  it.each(Object.keys(stores))('A18: a value planted in %s is found', async (name) => {
    const value = `planted-${randomUUID()}@canary.example`;
    await plants[name]?.(value);
    const found = await waitFor(
      'the planted value',
      async () => {
        const hits = findCanaries((await stores[name]?.()) ?? [], { planted: value });
        return hits.length > 0 ? hits : undefined;
      },
      20,
    );
    expect(found).toEqual(['planted']);
  });
});
