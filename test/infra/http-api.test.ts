import { describe, expect, it } from 'vitest';
import { createNamer } from './physical-names.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const routes = ofType(template, 'AWS::ApiGatewayV2::Route').map(([, properties]) => properties);
const integrations = new Map(
  Object.entries(template).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::ApiGatewayV2::Integration' ? [[id, Properties] as const] : [],
  ),
);
const [stage] = ofType(template, 'AWS::ApiGatewayV2::Stage').map(([, properties]) => properties);

/** The function behind a route. */
function servedBy(route: Record<string, unknown>): string {
  const target = JSON.stringify(route['Target']);
  const [, uri] = [...integrations].find(([id]) => target.includes(`"${id}"`)) ?? [];
  return createNamer(template)(uri?.['IntegrationUri']).split(':').at(-1) ?? '';
}

describe('HTTP API', () => {
  it('has the routes of the published contract, each served by its function, and no other', () => {
    expect(Object.fromEntries(routes.map((route) => [String(route['RouteKey']), servedBy(route)]))).toEqual({
      $default: 'HttpPublic',
      'GET /healthz': 'HttpPublic',
      'GET /openapi.json': 'HttpPublic',
      'GET /v1/keys': 'HttpPublic',
      'POST /v1/sites/enrolments': 'HttpEnrol',
      'POST /v1/sites/contact-confirmations': 'HttpEnrol',
      'POST /v1/sites/contact-confirmations/verification': 'HttpEnrol',
      'POST /v1/sites/keys': 'HttpEnrol',
      'DELETE /v1/sites/keys/{keyId}': 'HttpEnrol',
      'POST /v1/consents': 'HttpSiteData',
      'POST /v1/records': 'HttpSiteData',
      'POST /v1/records/queries': 'HttpSiteData',
      'POST /v1/requests': 'HttpSiteRequests',
      'GET /v1/requests/{requestId}': 'HttpSiteRequests',
      'POST /v1/requests/{requestId}/downloads': 'HttpSiteRequests',
      'GET /v1/requests/{requestId}/receipt': 'HttpSiteRequests',
      'POST /v1/subject/requests': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/codes': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/verification': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/identifiers': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/start': 'HttpSubject',
      'GET /v1/subject/requests/{requestId}': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/downloads': 'HttpSubject',
      'GET /v1/subject/requests/{requestId}/receipt': 'HttpSubject',
      'POST /v1/subject/requests/{requestId}/withdrawal': 'HttpSubject',
      'POST /v1/subject/disavowals': 'HttpSubject',
      // Of a later release: their names are taken, and the answer is a clear 422.
      'POST /v1/tasks/leases': 'HttpPublic',
      'PUT /v1/tasks/{taskId}/pages/{n}': 'HttpPublic',
      'POST /v1/tasks/{taskId}/result': 'HttpPublic',
      'POST /v1/tasks/{taskId}/heartbeats': 'HttpPublic',
      'POST /v1/tasks/{taskId}/decision': 'HttpPublic',
      'POST /v1/sites/heartbeats': 'HttpPublic',
      'POST /v1/sites/goodbyes': 'HttpPublic',
    });
  });

  it('has one integration per function, with payload 2.0', () => {
    expect(integrations.size).toBe(5);
    for (const properties of integrations.values()) {
      expect(properties['PayloadFormatVersion']).toBe('2.0');
      expect(properties['IntegrationType']).toBe('AWS_PROXY');
    }
  });

  it('throttles all calls as the settings say', () => {
    expect(stage?.['DefaultRouteSettings']).toMatchObject({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 200,
    });
    expect(stage?.['RouteSettings']).toBeUndefined();
    expect([stage?.['StageName'], stage?.['AutoDeploy'], stage?.['StageVariables']]).toEqual([
      '$default',
      true,
      undefined,
    ]);
  });

  it('A18: its log holds no address, agent, query, path, header or identity', () => {
    const { Format } = stage?.['AccessLogSettings'] as { Format: string };
    const logged = [...Format.matchAll(/\$context\.[\w.]+/g)].map(([variable]) => variable);
    expect(logged.toSorted()).toEqual([
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
    expect(Format.replaceAll(/\$context\.[\w.]+/g, '')).not.toContain('$');
  });

  it('answers no browser of another origin', () => {
    const [api] = ofType(template, 'AWS::ApiGatewayV2::Api').map(([, properties]) => properties);
    expect(api?.['CorsConfiguration']).toBeUndefined();
  });
});
