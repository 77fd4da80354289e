import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiMisconfigured, createApi } from '#shared/http/create-api.ts';
import { Problem } from '#shared/http/problem.ts';
import { route, type Route } from '#shared/http/route.ts';
import { apiEvent } from '#test/support/api-event.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import { api, basis, caller, make, open, signed, thingId } from './example-api.ts';

const receipt = make({
  path: '/v1/receipt',
  responses: { 200: { description: 'The receipt', contentType: 'application/jose' } },
});

describe('createApi', () => {
  it('gives the handler what the contract promises, and answers with it', async () => {
    // Prepare
    const { call } = api(
      [
        route(
          { ...basis, method: 'POST', body: z.strictObject({ size: z.number() }) } as const,
          ({ body, params, now }) =>
            Promise.resolve({
              status: 201,
              body: { size: body.size, id: params.thingId, year: now.getUTCFullYear() },
            }),
        ),
      ],
      { now: () => new Date('2026-11-24T12:00:00Z') },
    );

    // Act
    const answer = await call({
      routeKey: 'POST /v1/things/{thingId}',
      params: { thingId },
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"size":3}').toString('base64'),
      isBase64Encoded: true,
    });

    // Assess
    expect(answer).toMatchObject({ status: 201, body: { size: 3, id: thingId, year: 2026 } });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('gives the bytes that were sent, whatever they are', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    let seen: Buffer | undefined;
    const raw: Route = {
      contract: open,
      prepare: ({ rawBody }) => {
        seen = rawBody;
        return () => Promise.resolve({ status: 200 });
      },
    };
    const { call } = api([raw]);

    await call({
      routeKey: 'GET /v1/things/{thingId}',
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    });

    expect(seen).toEqual(bytes);
  });

  it('A30: every answer and refusal carries the same protective headers', async () => {
    const { call } = api([route(open, () => Promise.resolve({ status: 200, body: {} }))]);
    const key = 'GET /v1/things/{thingId}';

    const answers = [
      await call({ routeKey: key, params: { thingId } }),
      await call({ routeKey: key, params: { thingId: 'x' } }),
      await call({ routeKey: '$default' }),
      await call({ routeKey: key, params: { thingId }, query: 'a=b' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 422]);
    for (const { headers } of answers) {
      expect(Object.keys(headers).sort()).toEqual([
        'cache-control',
        'content-security-policy',
        'content-type',
        'referrer-policy',
        'strict-transport-security',
        'x-content-type-options',
      ]);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    }
  });

  it('answers a problem as RFC 9457 says, with Retry-After where it is known', async () => {
    const { call } = api([
      route(open, () => Promise.reject(new Problem('in-erasure', { retryAfter: 12.2 }))),
    ]);

    const answer = await call({ routeKey: 'GET /v1/things/{thingId}', params: { thingId } });

    expect(answer.status).toBe(409);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '13' });
    expect(answer.body).toEqual({
      type: 'urn:data-rights:problem:in-erasure',
      title: expect.any(String) as string,
      status: 409,
    });
  });

  it('A18: leaks nothing of a fault, in the answer or in the log line of the call, and works on after it', async () => {
    // Prepare
    let calls = 0;
    const { call, log } = api([
      route(open, () => {
        calls += 1;
        if (calls === 1) {
          throw Object.assign(new TypeError('alice@example.org is not iterable'), {
            code: 'not-found',
            status: 404,
          });
        }
        return Promise.resolve({ status: 200, body: { calls } });
      }),
    ]);
    const event = { routeKey: 'GET /v1/things/{thingId}', params: { thingId } };

    // Act
    const failed = await call(event);
    const fine = await call(event);

    // Assess
    expect(failed).toMatchObject({ status: 500, body: { type: 'urn:data-rights:problem:internal' } });
    expect(JSON.stringify(failed)).not.toContain('alice');
    expect(fine).toMatchObject({ status: 200, body: { calls: 2 } });
    expect(log.lines.map(({ message }) => message)).toEqual([
      'call-failed',
      'call-answered',
      'call-answered',
    ]);
    expect(log.lines[1]?.values).toMatchObject({ status: 500, code: 'internal' });
    expect(log.lines[2]?.values).toMatchObject({ status: 200, code: undefined });
  });

  it('A18: logs route, status and duration of a call, and nothing of query, body, headers, address, agent', async () => {
    const { call, log } = api([route(open, () => Promise.resolve({ status: 200 }))]);

    await call({
      routeKey: 'GET /v1/things/{thingId}',
      path: `/v1/things/${thingId}`,
      params: { thingId },
      query: 'email=canary%40example.org',
      headers: { authorization: 'Bearer canary-token-canary-token' },
      body: '{"canary":true}',
    });

    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({
      message: 'call-answered',
      values: { routeKey: 'GET /v1/things/{thingId}', status: 422, apiRequestId: 'Zm9vYmFyMTIz=' },
    });
    expect(JSON.stringify(log.lines)).not.toMatch(/canary|203\.0\.113\.77/);
  });

  it('refuses a body over 1 MB before anything else looks at it', async () => {
    const { call } = api([route(signed, () => Promise.resolve({ status: 200 }))], {
      authenticateSite: () => Promise.reject(new Error('must not be asked')),
    });

    const answer = await call({ routeKey: 'POST /v1/records', body: 'x'.repeat(1_000_001) });

    expect(answer).toMatchObject({ status: 413, body: { type: 'urn:data-rights:problem:too-large' } });
  });

  it('answers another media type as it is', async () => {
    const { handler } = api([route(receipt, () => Promise.resolve({ status: 200, body: 'aaa.bbb.ccc' }))]);

    const { headers, body } = await handler(apiEvent({ routeKey: 'GET /v1/receipt' }), {});

    expect({ type: headers['content-type'], body }).toEqual({
      type: 'application/jose',
      body: 'aaa.bbb.ccc',
    });
  });

  it.each([
    ['two routes of one key', [open, open], {}],
    ['a route for sites and nobody who knows them', [signed], { authenticateSite: undefined }],
    ['idempotency keys and no table for them', [make({ method: 'POST', idempotent: true })], {}],
  ])('fails at cold start with %s', (_title, contracts, options) => {
    const routes = contracts.map((contract) => route(contract, () => Promise.resolve({ status: 200 })));
    const { authenticateSite, ...rest } = { authenticateSite: () => Promise.resolve(caller), ...options };

    expect(() =>
      createApi(routes, { log: recordingLog(), ...rest, ...(authenticateSite && { authenticateSite }) }),
    ).toThrow(ApiMisconfigured);
  });
});
