import { beforeAll, describe, expect, inject, it } from 'vitest';
import {
  enrolmentBody,
  enrolSite,
  getJson,
  makeEnrolmentCode,
  postJson,
  refusal,
  type TestSite,
} from '#test/support/site.ts';
import { makePerson, submitAndProve, submitInSession, withToken } from '#test/support/person.ts';
import { sendAsSite } from '#test/support/site-client.ts';

let site: TestSite;
beforeAll(async () => {
  site = await enrolSite();
});

const id = '019a0000-0000-7000-8000-000000000000';
const later = ['rectification', 'restriction', 'objection'];

describe('what a later release brings is refused clearly', () => {
  it.each(later)('the right of %s, whoever asks', async (right) => {
    const person = makePerson();
    const identifier = { kind: 'email', value: person.email };

    const answers = await Promise.all([
      postJson('/v1/subject/requests', { right, identifier }),
      submitInSession(site, person, { right }),
    ]);

    expect(answers.map(refusal)).toEqual(['422 not-available', '422 not-available']);
  });

  it('a right that is none is an error of another kind', async () => {
    const identifier = { kind: 'email', value: makePerson().email };

    const answer = await postJson('/v1/subject/requests', { right: 'everything', identifier });

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'right' }] } });
  });

  it.each([
    ['POST', '/v1/tasks/leases'],
    ['PUT', `/v1/tasks/${id}/pages/1`],
    ['POST', `/v1/tasks/${id}/result`],
    ['POST', `/v1/tasks/${id}/heartbeats`],
    ['POST', `/v1/tasks/${id}/decision`],
    ['POST', '/v1/sites/heartbeats'],
    ['POST', '/v1/sites/goodbyes'],
  ])('%s %s', async (method, path) => {
    const answer = await sendAsSite({ method, url: `${inject('stack').apiUrl}${path}` }, '', {});

    expect(refusal(answer)).toBe('422 not-available');
  });

  it('A10: keys for tasks', async () => {
    const algorithm = 'ed25519';
    const publicKey = Buffer.alloc(32, 9).toString('base64');

    const answer = await site.call('POST', '/v1/sites/keys', { algorithm, publicKey, scopes: ['tasks'] });

    expect(refusal(answer)).toBe('422 scope-not-available');
  });

  it('instructions that ask or forward', async () => {
    const host = 'asks.example';
    const body = enrolmentBody(await makeEnrolmentCode(host), host);

    const answer = await postJson('/v1/sites/enrolments', {
      ...body,
      instructions: { access: 'ask', portability: 'auto' },
    });

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'instructions.access' }] } });
    expect(refusal(answer)).toBe('422 instruction-not-available');
    // The code was not used up by it.
    expect((await postJson('/v1/sites/enrolments', body)).status).toBe(201);
  });
});

describe('A27: an enrolment code', () => {
  it('is good once, for its host, and for the kind of controller it was made for', async () => {
    const [host, vendorHost] = ['coded.example', 'office.example'];
    const code = await makeEnrolmentCode(host);
    const vendorCode = await makeEnrolmentCode(vendorHost, { vendor: true });
    const enrol = (body: unknown) => postJson('/v1/sites/enrolments', body);

    const refused = [
      await enrol(enrolmentBody(code, 'elsewhere.example')),
      await enrol(enrolmentBody('AAAA-BBBB-CCCC-DDDD', host)),
      await enrol({ ...enrolmentBody(vendorCode, vendorHost, true), platform: 'wordpress' }),
    ];
    const taken = await enrol(enrolmentBody(code, host));
    const again = await enrol(enrolmentBody(code, host));

    expect(taken.status).toBe(201);
    for (const answer of [...refused, again]) {
      expect(refusal(answer)).toBe('403 enrolment-refused');
      expect(answer.body).toEqual(again.body);
    }
  });
});

describe('A18: no identifier stands in an address', () => {
  it('of the API: paths take opaque ids and numbers, and no route takes a query', async () => {
    const { paths } = (await getJson('/openapi.json')).body as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };

    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const parameters = operations
      .flatMap(({ parameters: own = [] }) => own)
      .filter(({ in: where }) => where !== 'header');
    const named = Object.keys(paths).flatMap((path) =>
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );

    expect(operations.length).toBeGreaterThan(20);
    expect(new Set(named)).toEqual(new Set(['keyId', 'n', 'requestId', 'taskId']));
    expect(parameters.filter(({ in: where }) => where !== 'path')).toEqual([]);
  });

  it('of an error: nothing of what was sent comes back', async () => {
    const canary = 'canary-5a1d@people.example';
    const { requestId, token } = await submitAndProve(makePerson('errs').email);
    const encoded = encodeURIComponent(canary);

    const answers = await Promise.all([
      postJson('/v1/subject/requests', {
        right: canary,
        identifier: { kind: canary, value: canary },
        [canary]: 1,
      }),
      postJson('/v1/subject/requests', {
        right: 'access',
        identifier: { kind: 'email', value: `${canary},x` },
      }),
      postJson(`/v1/subject/requests/${requestId}/start`, { controllers: [canary] }, withToken(token)),
      postJson(`/v1/subject/requests/${requestId}/verification`, { code: canary, browserSecret: canary }),
      postJson(`/v1/subject/requests/${encoded}/codes`, { browserSecret: canary }),
      postJson('/v1/subject/disavowals', { requestId: canary, secret: canary }),
      postJson(`/v1/sites/enrolments`, { code: canary }),
      getJson(`/v1/${encoded}?who=${encoded}`),
      getJson(`/v1/subject/requests/${encoded}`, withToken(token)),
      getJson(`/v1/keys?who=${encoded}`),
      site.call('POST', '/v1/requests', { user: { id: canary }, right: canary, authority: { kind: canary } }),
      site.call('GET', `/v1/requests/${encoded}`),
    ]);

    for (const { status, headers, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(JSON.stringify([body, [...headers]])).not.toMatch(/canary|people\.example/i);
    }
  });
});
