import type { SiteCaller } from '#shared/http/caller.ts';
import { createApi, type ApiOptions } from '#shared/http/create-api.ts';
import type { Route } from '#shared/http/route.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { apiEvent, type EventParts } from '#test/support/api-event.ts';
import { recordingLog } from '#test/support/recording-log.ts';

export const thingId = '01938f3e-5b0a-7000-8000-000000000001';
export const caller: SiteCaller = {
  siteId: '01938f3e-5b0a-7000-8000-0000000000aa',
  controllerId: '01938f3e-5b0a-7000-8000-0000000000bb',
  keyId: '01938f3e-5b0a-7000-8000-0000000000cc',
  platform: 'wordpress',
  vendor: false,
  purposes: ['service'],
  scopes: ['collect'],
  country: 'DE',
  timeZone: 'Europe/Berlin',
};

export const basis = {
  method: 'GET',
  path: '/v1/things/{thingId}',
  operationId: 'readThing',
  summary: 'A thing',
  auth: 'none',
  idempotent: false,
  responses: { 200: { description: 'The thing' } },
} as const satisfies RouteContract;

export const make = (overrides: Partial<RouteContract>): RouteContract => ({ ...basis, ...overrides });

export const open = make({});
export const signed = make({ method: 'POST', path: '/v1/records', auth: 'site', scope: 'collect' });

/** The API of some routes, called as API Gateway calls it. */
export function api(routes: Route[], options: Partial<ApiOptions> = {}) {
  const log = recordingLog();
  const handler = createApi(routes, { log, authenticateSite: () => Promise.resolve(caller), ...options });
  const call = async (parts: EventParts) => {
    const { statusCode, headers, body } = await handler(apiEvent(parts), {});
    return {
      status: statusCode,
      headers,
      body: body === '' ? undefined : (JSON.parse(body ?? '') as unknown),
    };
  };
  return { log, handler, call };
}
