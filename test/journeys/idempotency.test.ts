import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  enrolmentBody,
  enrolSite,
  makeEnrolmentCode,
  postJson,
  refusal,
  type Answered,
  type TestSite,
} from '#test/support/site.ts';
import {
  accountRecord,
  askForLink,
  exercise,
  giveConsent,
  makePerson,
  readOutbox,
  sendRecords,
  supportRecord,
  userOf,
} from '#test/support/person.ts';

const person = makePerson('twice');
let site: TestSite;
let other: TestSite;
beforeAll(async () => {
  [site, other] = await Promise.all([enrolSite(), enrolSite()]);
  await Promise.all([site, other].map((one) => giveConsent(one, person)));
  await sendRecords(site, person, [accountRecord(person)]);
});

const makeKey = (): string => randomBytes(16).toString('base64url');
const post = (path: string, body: unknown, idempotencyKey: string): Promise<Answered> =>
  postJson(path, body, { 'idempotency-key': idempotencyKey });
const withRecord = (by: TestSite, subject: string, idempotencyKey: string): Promise<Answered> =>
  by.call(
    'POST',
    '/v1/records',
    { user: userOf(person), records: [supportRecord(subject)] },
    { idempotencyKey },
  );
const recordId = ({ body }: Answered): unknown =>
  (body as { results: { recordId: string }[] }).results[0]?.recordId;

describe('A13: an idempotency key', () => {
  it('gives the same answer to the same call, and stores once', async () => {
    const key = makeKey();

    const first = await withRecord(site, 'one', key);
    const second = await withRecord(site, 'one', key);

    expect(first.body).toMatchObject({ results: [{ status: 'stored' }] });
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  it('is refused with another body', async () => {
    const key = makeKey();
    await withRecord(site, 'one', key);

    expect(refusal(await withRecord(site, 'two', key))).toBe('409 idempotency-mismatch');
  });

  it('means nothing at another caller or on another path', async () => {
    const key = makeKey();

    const own = await withRecord(site, 'one', key);
    const others = await withRecord(other, 'one', key);
    const elsewhere = await site.call(
      'POST',
      '/v1/sites/keys',
      { algorithm: 'hmac-sha256', scopes: ['collect'] },
      { idempotencyKey: key },
    );

    expect(others.body).toMatchObject({ results: [{ status: 'stored' }] });
    expect(recordId(others)).not.toBe(recordId(own));
    expect(elsewhere.status).toBe(201);
  });

  it('of two calls at once lets one through', async () => {
    const key = makeKey();

    const answers = await Promise.all([1, 2, 3].map(() => withRecord(site, 'at once', key)));

    const stored = new Set(answers.filter(({ status }) => status === 200).map(recordId));
    expect(stored.size).toBe(1);
    const others = answers.filter(({ status }) => status !== 200).map(refusal);
    expect(others).toEqual(others.map(() => '409 in-progress'));
  });

  it.each(['a'.repeat(21), 'a'.repeat(65), 'with space, and more of it'])(
    'of a caller who is not known must be hard to guess: %s',
    async (key) => {
      const identifier = { kind: 'email', value: makePerson().email };

      const answer = await post('/v1/subject/requests', { right: 'access', identifier }, key);

      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'Idempotency-Key' }] } });
    },
  );
});

describe('A13: an answer that holds a secret is not given twice', () => {
  it('to an enrolment', async () => {
    const key = makeKey();
    const host = 'twice.example';
    const body = enrolmentBody(await makeEnrolmentCode(host), host);

    expect((await post('/v1/sites/enrolments', body, key)).status).toBe(201);
    expect(refusal(await post('/v1/sites/enrolments', body, key))).toBe('409 already-issued');
    // What is not asked with the key any more is a code that was used.
    expect(refusal(await postJson('/v1/sites/enrolments', body))).toBe('403 enrolment-refused');
  });

  it('to a request by a person, who is sent one code', async () => {
    const key = makeKey();
    const { email } = makePerson('asks-twice');
    const body = { right: 'access', identifier: { kind: 'email', value: email } };

    const first = await post('/v1/subject/requests', body, key);
    const second = await post('/v1/subject/requests', body, key);

    expect(first.status).toBe(202);
    expect(refusal(second)).toBe('409 already-issued');
    expect(JSON.stringify(second.body)).not.toContain((first.body as { requestId: string }).requestId);
    // A request of another person, whose code comes, is the fence behind which no second mail can follow.
    await exercise(person.email);
    expect(await readOutbox(email)).toHaveLength(1);
  });

  it('to a download, which takes one of five links', async () => {
    const { request, own } = await exercise(person.email);
    const headers = { 'idempotency-key': makeKey() };

    const first = await askForLink(request, headers);
    const second = await askForLink(request, headers);
    const third = await askForLink(request);

    expect(own.bundle?.linksLeft).toBe(5);
    expect(first).toMatchObject({ status: 201, body: { linksLeft: 4 } });
    expect(refusal(second)).toBe('409 already-issued');
    expect(third).toMatchObject({ status: 201, body: { linksLeft: 3 } });
  });
});
