import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { getJson, postJson, type Answered, type TestSite } from './site.ts';

/** A fictional person of one test, so that tests do not meet each other's data. */
export type TestPerson = { userId: string; email: string; registeredAt: string };
export const makePerson = (name = 'person'): TestPerson => ({
  userId: `u-${randomUUID()}`,
  email: `${name}-${randomUUID()}@people.example`,
  registeredAt: '2025-03-01T00:00:00.000Z',
});

export const userOf = (
  { userId, email, registeredAt }: TestPerson,
  verified = true,
): Record<string, unknown> => ({
  id: userId,
  registeredAt,
  email: { value: email, verified },
});

/** Sends a person's consent to the terms and, where given, further purposes. */
export const giveConsent = (
  site: TestSite,
  person: TestPerson,
  purposes: string[] = [],
  verified = true,
): Promise<Answered> => decide(site, userOf(person, verified), 'given', ['terms-accepted', ...purposes]);

/** Sends a decision about purposes, of a user named as a test wants. */
export const decide = (
  site: TestSite,
  user: Record<string, unknown>,
  decision: 'given' | 'refused' | 'withdrawn',
  purposes: string[],
): Promise<Answered> =>
  site.call('POST', '/v1/consents', {
    ...{ user, decision, purposes },
    noticeVersion: '2026-01',
    method: 'registration-form',
    language: 'en',
    at: new Date().toISOString(),
  });

export const accountRecord = (person: TestPerson): Record<string, unknown> => ({
  dataset: 'account',
  externalId: 'account',
  collectedAt: person.registeredAt,
  data: { email: person.email, firstName: 'Ada', lastName: 'Example' },
});
export const supportRecord = (subject: string, externalId?: string): Record<string, unknown> => ({
  dataset: 'support-case',
  ...(externalId === undefined ? {} : { externalId }),
  collectedAt: '2026-01-02T03:04:05.000Z',
  data: { category: 'question', subject, message: `About ${subject}`, openedAt: '2026-01-02T03:04:05.000Z' },
});

export const sendRecords = (
  site: TestSite,
  person: TestPerson,
  records: unknown[],
  verified = true,
): Promise<Answered> => site.call('POST', '/v1/records', { user: userOf(person, verified), records });

export type Mail = { channel: string; to: string; subject?: string; text: string; sentAt: string };
export async function readOutbox(to: string): Promise<Mail[]> {
  const response = await fetch(inject('stack').outboxUrl, { signal: AbortSignal.timeout(30_000) });
  const mails = (await response.json()) as Mail[];
  return mails.filter((mail) => mail.to === to);
}

/** Waits until `look` gives something. @throws Error after `seconds` */
export async function waitFor<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  seconds = 60,
): Promise<Found> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(250);
  }
}

/** The newest mail to an address whose text holds these words. */
export const waitForMail = (email: string, words: string | RegExp): Promise<Mail> =>
  waitFor('a mail', async () => (await readOutbox(email)).findLast(({ text }) => text.match(words) !== null));

export const codeIn = (text: string): string => /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(text)?.[0] ?? '';
export const stopCodeIn = (text: string): string => /\b[0-9a-f]{32}\b/.exec(text)?.[0] ?? '';

/** The code mails of a request, oldest first, once at least `count` are there. */
export const waitForCodeMails = (email: string, { requestId }: Submitted, count = 1): Promise<Mail[]> =>
  waitFor(`${count} codes`, async () => {
    const mails = (await readOutbox(email)).filter(
      ({ text }) => text.includes(requestId) && codeIn(text) !== '',
    );
    return mails.length >= count ? mails : undefined;
  });

/** The newest code of a request, once at least `count` were sent. */
export const waitForCode = async (email: string, submitted: Submitted, count = 1): Promise<string> =>
  codeIn((await waitForCodeMails(email, submitted, count)).at(-1)?.text ?? '');

export type Submitted = { requestId: string; browserSecret: string; receivedAt: string; dueAt: string };
export const fileRequest = (email: string, right = 'access', language = 'en'): Promise<Answered> =>
  postJson('/v1/subject/requests', { right, identifier: { kind: 'email', value: email }, language });
export const submit = async (email: string, right?: string, language?: string): Promise<Submitted> =>
  (await fileRequest(email, right, language)).body as Submitted;

export const askForCode = ({ requestId, browserSecret }: Submitted): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/codes`, { browserSecret });
export const proveWith = ({ requestId, browserSecret }: Submitted, code: string): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/verification`, { code, browserSecret });
export const disavow = ({ requestId }: Submitted, secret: string): Promise<Answered> =>
  postJson('/v1/subject/disavowals', { requestId, secret });

/** A request, filed and proven. */
export type Proven = Submitted & { token: string };
export async function submitAndProve(email: string, right?: string, language?: string): Promise<Proven> {
  const submitted = await submit(email, right, language);
  const proof = await proveWith(submitted, await waitForCode(email, submitted));
  return { ...submitted, token: (proof.body as { token: string }).token };
}

export const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
export type OwnRequest = {
  status: string;
  controllers: { controllerId: string; name: string }[];
  bundle?: { linksLeft: number };
};

export const getOwn = ({ requestId, token }: Proven): Promise<Answered> =>
  getJson(`/v1/subject/requests/${requestId}`, withToken(token));
export const readOwn = async (request: Proven): Promise<OwnRequest> =>
  (await getOwn(request)).body as OwnRequest;

export const start = (
  { requestId, token }: Proven,
  controllers: 'all' | string[] = 'all',
): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/start`, { controllers }, withToken(token));
export const withdraw = ({ requestId, token }: Proven): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/withdrawal`, {}, withToken(token));

const ends = ['fulfilled', 'partly-fulfilled', 'needs-attention'];
/** Waits until the request has ended. */
export const waitForEnd = (request: Proven): Promise<OwnRequest> =>
  waitFor('the end of a request', async () => {
    const own = await readOwn(request);
    return ends.includes(own.status) ? own : undefined;
  });

/** Files, proves and starts a request, and waits for its end. */
export async function exercise(
  email: string,
  choices: { right?: string; language?: string; controllers?: 'all' | string[] } = {},
): Promise<{ request: Proven; own: OwnRequest }> {
  const request = await submitAndProve(email, choices.right, choices.language);
  const started = await start(request, choices.controllers);
  if (started.status !== 202) throw new Error(`start answered ${started.status}`);
  return { request, own: await waitForEnd(request) };
}

/** A request that a site makes in the session of its user. */
export const submitInSession = (
  site: TestSite,
  { userId, registeredAt }: Pick<TestPerson, 'userId' | 'registeredAt'>,
  { right = 'access', authority = {} }: { right?: string; authority?: Record<string, unknown> } = {},
): Promise<Answered> =>
  site.call('POST', '/v1/requests', {
    right,
    user: { id: userId, registeredAt },
    authority: {
      kind: 'site-session',
      authenticatedAt: new Date(Date.now() - 60_000).toISOString(),
      method: 'password',
      ...authority,
    },
  });

/** Waits until a request that a site made has ended, as the site sees it. */
export const waitForSiteEnd = (site: TestSite, requestId: string): Promise<Answered> =>
  waitFor('the end of a site’s request', async () => {
    const answer = await site.call('GET', `/v1/requests/${requestId}`);
    return ends.includes((answer.body as { status: string }).status) ? answer : undefined;
  });

export const askForLink = (
  { requestId, token }: Proven,
  headers: Record<string, string> = {},
): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/downloads`, {}, { ...withToken(token), ...headers });

/** The bundle behind a link: HTTPS of the engine. */
export async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (response.status !== 200) throw new Error(`download answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Codes are counted in windows of a clock hour: near its end a test waits for the next one. */
export async function stayWithinTheHour(seconds = 25): Promise<void> {
  const left = 3_600 - (Math.floor(Date.now() / 1_000) % 3_600);
  if (left < seconds) await sleep(left * 1_000 + 500);
}
