import { beforeAll, describe, expect, it } from 'vitest';
import { enrolSite, getJson, postJson, type Answered } from '#test/support/site.ts';
import {
  accountRecord,
  askForCode,
  disavow,
  fileRequest,
  getOwn,
  giveConsent,
  makePerson,
  proveWith,
  readOutbox,
  sendRecords,
  stayWithinTheHour,
  submit,
  submitAndProve,
  waitForCode,
  withToken,
  type Submitted,
} from '#test/support/person.ts';

const known = makePerson('known');
beforeAll(async () => {
  await stayWithinTheHour();
  const site = await enrolSite();
  await giveConsent(site, known);
  await sendRecords(site, known, [accountRecord(known)]);
});

/** Headers that differ from call to call, whoever asks. */
const changing = new Set([
  'date',
  'content-length',
  'apigw-requestid',
  'x-amzn-requestid',
  'x-amz-request-id',
]);
/** An answer without what is fresh in every one: what somebody who compares two of them sees. */
const seen = ({ status, headers, body }: Answered) => ({
  status,
  headers: Object.fromEntries([...headers].filter(([name]) => !changing.has(name))),
  body: Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      String(value).replaceAll(/[\w-]{43}|[0-9a-f]{8}-[\w-]{27}|\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '…'),
    ]),
  ),
});
const allAlike = (answers: readonly Answered[]): void => {
  const [first, ...others] = answers.map(seen);
  for (const other of others) expect(other).toEqual(first);
};

const unknownId = '019a0000-0000-7000-8000-000000000000';
const invented: Submitted = {
  requestId: unknownId,
  browserSecret: 'x'.repeat(43),
  receivedAt: '',
  dueAt: '',
};

describe('A21 A24: what an outsider is answered', () => {
  it('at intake does not tell who is known', async () => {
    const flooded = makePerson('flooded').email;
    for (const _ of [1, 2, 3]) await submit(flooded);

    const answers = await Promise.all(
      [known.email, makePerson('unknown').email, flooded, known.email.toUpperCase()].map((email) =>
        fileRequest(email),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(Object.keys(answers[0]?.body as object).sort()).toEqual([
      'browserSecret',
      'dueAt',
      'receivedAt',
      'requestId',
    ]);
    expect(new Set(answers.map(({ body }) => (body as Submitted).browserSecret)).size).toBe(4);
    expect(new Set(answers.map(({ headers }) => headers.get('content-length'))).size).toBe(1);
    allAlike(answers);
  });

  it('A24: in the mail does not tell who is known either, until the address is proven', async () => {
    const mails = await Promise.all(
      [known.email, makePerson('unknown').email].map(async (email) => {
        const submitted = await submit(email);
        await waitForCode(email, submitted);
        const mail = (await readOutbox(email)).find(({ text }) => text.includes(submitted.requestId));
        return mail?.text
          .replace(submitted.requestId, '…')
          .replace(/\b[0-9a-f]{32}\b/, '…')
          .replace(/\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/, '…');
      }),
    );

    expect(mails[0]).toContain('Your code: …');
    expect(mails[1]).toBe(mails[0]);
  });

  it('A17: to a guessed request does not tell whether it is there', async () => {
    const { email } = makePerson('guessed');
    const real = await submit(email);
    const proven = await submitAndProve(makePerson('proven').email);
    const otherSecret = { ...real, browserSecret: 'y'.repeat(43) };
    const code = await waitForCode(email, real);
    const token = 'z'.repeat(43);

    const verifications = await Promise.all([
      proveWith(invented, code),
      proveWith(real, '00000-00000'),
      proveWith(otherSecret, code),
      proveWith(real, 'not a code at all'),
      proveWith({ ...proven, browserSecret: real.browserSecret }, code),
    ]);
    const reads = await Promise.all([
      getOwn({ ...invented, token }),
      getOwn({ ...real, token }),
      getOwn({ ...proven, token }),
      getOwn({ ...real, token: proven.token }),
      getJson(`/v1/subject/requests/${real.requestId}`),
    ]);
    const codes = await Promise.all([askForCode(invented), askForCode(otherSecret), askForCode(real)]);
    const acts = await Promise.all(
      [invented, real, proven].flatMap(({ requestId }) => [
        postJson(`/v1/subject/requests/${requestId}/start`, { controllers: 'all' }, withToken(token)),
        postJson(`/v1/subject/requests/${requestId}/downloads`, {}, withToken(token)),
        postJson(`/v1/subject/requests/${requestId}/withdrawal`, {}, withToken(token)),
      ]),
    );
    const stops = await Promise.all([disavow(invented, 'a'.repeat(32)), disavow(real, 'a'.repeat(32))]);

    expect([verifications, reads, codes, acts, stops].map(([answer]) => answer?.status)).toEqual([
      ...[403, 401, 202, 401, 202],
    ]);
    for (const answers of [verifications, reads, codes, acts, stops]) allAlike(answers);
    expect((await proveWith(real, await waitForCode(email, real, 2))).status).toBe(200);
  });

  it('A30: is never kept by a cache nor shown elsewhere', async () => {
    const answers = await Promise.all([fileRequest(makePerson().email), getJson('/v1/keys')]);

    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
