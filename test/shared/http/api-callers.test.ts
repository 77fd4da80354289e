import { describe, expect, it } from 'vitest';
import { Problem } from '#shared/http/problem.ts';
import { route } from '#shared/http/route.ts';
import { api, caller, make, signed } from './example-api.ts';

const proven = make({ method: 'POST', path: '/v1/proven', auth: 'token' });

describe('who calls an API', () => {
  it('tells an unknown caller nothing about the input: 401 before 415, 400 and 422', async () => {
    const { call } = api([route(signed, () => Promise.resolve({ status: 200 }))], {
      authenticateSite: () => Promise.reject(new Problem('unauthorized')),
    });

    const answer = await call({ routeKey: 'POST /v1/records', body: '{', query: 'x=1' });

    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Signature');
  });

  it('A10: a key without the scope of a route may not use it', async () => {
    const { call } = api([route(signed, () => Promise.resolve({ status: 200 }))], {
      authenticateSite: () => Promise.resolve({ ...caller, scopes: ['tasks'] }),
    });

    expect(await call({ routeKey: 'POST /v1/records' })).toMatchObject({
      status: 403,
      body: { type: 'urn:data-rights:problem:scope-missing' },
    });
  });

  it.each([
    [['orders'], 200],
    [['collect'], 200],
    [['tasks', 'orders'], 200],
    [['tasks'], 403],
    [[], 403],
  ] as const)(
    'A10: where a route takes one of several scopes, a key with %j is answered %i',
    async (scopes, status) => {
      const { call } = api(
        [route(make({ ...signed, scope: ['collect', 'orders'] }), () => Promise.resolve({ status: 200 }))],
        { authenticateSite: () => Promise.resolve({ ...caller, scopes }) },
      );

      expect((await call({ routeKey: 'POST /v1/records' })).status).toBe(status);
    },
  );

  it('hands the site that signed to the handler', async () => {
    const { call } = api([
      route({ ...signed, auth: 'site' } as const, ({ caller: site }) =>
        Promise.resolve({ status: 200, body: site.siteId }),
      ),
    ]);

    expect((await call({ routeKey: 'POST /v1/records' })).body).toBe(caller.siteId);
  });

  it.each([
    undefined,
    'Bearer',
    'Bearer short',
    'Basic dXNlcjpwYXNzd29yZHBhc3N3b3Jk',
    'Bearer a b c d e f g h i j k l m n',
  ])('A30: refuses the authorization "%s" where a token is needed', async (authorization) => {
    const { call } = api([route(proven, () => Promise.resolve({ status: 200 }))]);

    const answer = await call({
      routeKey: 'POST /v1/proven',
      ...(authorization !== undefined && { headers: { authorization } }),
    });

    expect(answer).toMatchObject({ status: 401, body: { type: 'urn:data-rights:problem:token-invalid' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('hands the token to the handler', async () => {
    const token = 'dG9rZW4tdG9rZW4tdG9rZW4tdG9rZW4';
    const { call } = api([
      route({ ...proven, auth: 'token' } as const, (input) =>
        Promise.resolve({ status: 200, body: input.token }),
      ),
    ]);

    const answer = await call({ routeKey: 'POST /v1/proven', headers: { authorization: `Bearer ${token}` } });

    expect(answer.body).toBe(token);
  });
});
