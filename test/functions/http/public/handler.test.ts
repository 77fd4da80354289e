import { generateKeyPairSync } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { contracts } from '#functions/http/contracts.ts';
import { notAvailable } from '#functions/http/public/contract.ts';
import type { ApiHandler } from '#shared/http/create-api.ts';
import { routeKeyOf } from '#shared/http/route-contract.ts';
import { apiEvent, type EventParts } from '#test/support/api-event.ts';

const kms = mockClient(KMSClient);
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let handler: ApiHandler;

beforeAll(async () => {
  vi.stubEnv('EVIDENCE_KEY_ID', 'evidence-key');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  handler = (await import('#functions/http/public/handler.ts')).handler;
});

const published = { PublicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) };

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves(published);
});

async function call(parts: EventParts) {
  const { statusCode, headers, body } = await handler(apiEvent(parts), {});
  return { status: statusCode, headers, body: JSON.parse(body ?? 'null') as Record<string, unknown> };
}

/** As API Gateway hands on what no route fits. */
async function callUnknown(method: string, path: string) {
  const event = apiEvent({ routeKey: '$default', path });
  event.requestContext.http.method = method;
  const { statusCode, headers } = await handler(event, {});
  return { status: statusCode, allow: headers['allow'] };
}

describe('http/public', () => {
  it('says that it is well, in which version', async () => {
    const { status, body } = await call({ routeKey: 'GET /healthz' });

    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ok', version: expect.stringMatching(/^\d+\.\d+/) as string },
    });
  });

  it('A19: after a failed read of the keys reads them again, and then once for all', async () => {
    // Prepare
    kms.on(GetPublicKeyCommand).rejectsOnce(new Error('throttled')).resolves(published);

    // Act
    const answers = [
      await call({ routeKey: 'GET /v1/keys' }),
      await call({ routeKey: 'GET /v1/keys' }),
      await call({ routeKey: 'GET /v1/keys' }),
    ];

    // Assess
    expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
    expect(answers[2]?.body).toMatchObject({ keys: [{ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' }] });
    expect(JSON.stringify(answers[2]?.body)).not.toContain('"d"');
    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(2);
  });

  it('serves the OpenAPI document', async () => {
    const { status, body } = await call({ routeKey: 'GET /openapi.json' });

    expect(status).toBe(200);
    expect(body['openapi']).toMatch(/^3\.1\./);
  });

  it.each(notAvailable.map(routeKeyOf))(
    '%s: says that it is not available yet, whatever is sent',
    async (routeKey) => {
      const answers = [
        await call({ routeKey }),
        await call({
          routeKey,
          params: { taskId: 'x' },
          query: 'a=b',
          body: '{',
          headers: { 'content-type': 'x/y' },
        }),
      ];

      for (const { status, body } of answers) {
        expect({ status, type: body['type'] }).toEqual({
          status: 422,
          type: 'urn:data-rights:problem:not-available',
        });
      }
    },
  );

  it('answers a path that is none of ours with 404', async () => {
    expect(await callUnknown('GET', '/v1/unknown')).toEqual({ status: 404, allow: undefined });
    expect(await callUnknown('GET', '/healthz/')).toEqual({ status: 404, allow: undefined });
    expect(await callUnknown('POST', '/openapixjson')).toEqual({ status: 404, allow: undefined });
  });

  it.each(['HEAD', 'OPTIONS', 'POST', 'TRACE'])('does not offer %s where only GET is', async (method) => {
    expect(await callUnknown(method, '/healthz')).toEqual({ status: 405, allow: 'GET' });
  });

  it('does not offer GET on a path with parameters that takes another method', async () => {
    expect(await callUnknown('GET', '/v1/sites/keys/01938f3e-5b0a-7000-8000-000000000001')).toEqual({
      status: 405,
      allow: 'DELETE',
    });
  });
});

describe('contracts', () => {
  const all = Object.values(contracts).flat();

  it('each route is served once, under one operation id', () => {
    expect(new Set(all.map(routeKeyOf)).size).toBe(all.length);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
  });

  it('A18: no path holds a parameter but an id or a number', () => {
    const names = all.flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

    for (const name of names) expect(name).toMatch(/^(\w+Id|n)$/);
  });
});
