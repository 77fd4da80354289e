import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { postJson, type Answered, type TestSite } from './site.ts';

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
): Promise<Answered> =>
  site.call('POST', '/v1/consents', {
    user: userOf(person, verified),
    decision: 'given',
    noticeVersion: '2026-01',
    purposes: ['terms-accepted', ...purposes],
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

type Mail = { channel: string; to: string; subject?: string; text: string; sentAt: string };
export async function readOutbox(to: string): Promise<Mail[]> {
  const response = await fetch(inject('stack').outboxUrl, { signal: AbortSignal.timeout(10_000) });
  const mails = (await response.json()) as Mail[];
  return mails.filter((mail) => mail.to === to);
}

/** Waits until `look` gives something. @throws Error after `seconds` */
export async function waitFor<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  seconds = 40,
): Promise<Found> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(150);
  }
}

export const codeIn = (text: string): string => /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(text)?.[0] ?? '';

/** The newest code that was sent to an address, once at least `count` code mails are there. */
export async function waitForCode(email: string, count = 1): Promise<string> {
  const mail = await waitFor('a code', async () => {
    const codes = (await readOutbox(email)).filter(({ text }) => codeIn(text) !== '');
    return codes.length >= count ? codes.at(-1) : undefined;
  });
  return codeIn(mail.text);
}

export type Submitted = { requestId: string; browserSecret: string; receivedAt: string; dueAt: string };
export const submit = async (email: string, right = 'access', language = 'en'): Promise<Submitted> =>
  (await postJson('/v1/subject/requests', { right, identifier: { kind: 'email', value: email }, language }))
    .body as Submitted;

/** A request, filed and proven. */
export type Proven = Submitted & { token: string };
export async function submitAndProve(email: string, right = 'access'): Promise<Proven> {
  const submitted = await submit(email, right);
  const { requestId, browserSecret } = submitted;
  const sent = (await readOutbox(email)).filter(({ text }) => codeIn(text) !== '').length;
  const code = await waitForCode(email, Math.max(sent, 1));
  const proof = await postJson(`/v1/subject/requests/${requestId}/verification`, { code, browserSecret });
  const { token } = proof.body as { token: string };
  return { ...submitted, token };
}

export const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
type OwnRequest = {
  status: string;
  controllers: { controllerId: string; name: string }[];
  bundle?: { linksLeft: number };
};

export async function readOwn({ requestId, token }: Proven): Promise<OwnRequest> {
  const url = `${inject('stack').apiUrl}/v1/subject/requests/${requestId}`;
  const response = await fetch(url, { headers: withToken(token), signal: AbortSignal.timeout(30_000) });
  return (await response.json()) as OwnRequest;
}

export const start = (
  { requestId, token }: Proven,
  controllers: 'all' | string[] = 'all',
): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/start`, { controllers }, withToken(token));

/** Waits until the request has ended. */
export const waitForEnd = (request: Proven): Promise<OwnRequest> =>
  waitFor('the end of a request', async () => {
    const own = await readOwn(request);
    return ['fulfilled', 'partly-fulfilled', 'needs-attention'].includes(own.status) ? own : undefined;
  });

export const askForLink = ({ requestId, token }: Proven): Promise<Answered> =>
  postJson(`/v1/subject/requests/${requestId}/downloads`, {}, withToken(token));

/** The bundle behind a link: HTTPS of the engine. */
export async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (response.status !== 200) throw new Error(`download answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
