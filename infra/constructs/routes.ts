import type { FunctionName } from '#infra/powers/functions.ts';

export type HttpFunctionName = Extract<FunctionName, `http/${string}`>;

/** What API Gateway needs of a route's contract. */
export type RouteAddress = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/${string}`;
};

/** TEMPORARY, until the functions' `contract.ts` files exist: the routes of api.md for this release. */
export const routes: Record<HttpFunctionName, readonly RouteAddress[]> = {
  'http/public': [
    { method: 'GET', path: '/healthz' },
    { method: 'GET', path: '/openapi.json' },
    { method: 'GET', path: '/v1/keys' },
  ],
  'http/enrol': [
    { method: 'POST', path: '/v1/sites/enrolments' },
    { method: 'POST', path: '/v1/sites/keys' },
    { method: 'DELETE', path: '/v1/sites/keys/{keyId}' },
  ],
  'http/site-data': [
    { method: 'POST', path: '/v1/consents' },
    { method: 'POST', path: '/v1/records' },
    { method: 'POST', path: '/v1/records/queries' },
  ],
  'http/site-requests': [
    { method: 'POST', path: '/v1/requests' },
    { method: 'GET', path: '/v1/requests/{requestId}' },
    { method: 'POST', path: '/v1/requests/{requestId}/downloads' },
    { method: 'GET', path: '/v1/requests/{requestId}/receipt' },
  ],
  'http/subject': [
    { method: 'POST', path: '/v1/subject/requests' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/codes' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/verification' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/start' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/identifiers' },
    { method: 'GET', path: '/v1/subject/requests/{requestId}' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/downloads' },
    { method: 'GET', path: '/v1/subject/requests/{requestId}/receipt' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/withdrawal' },
    { method: 'POST', path: '/v1/subject/disavowals' },
  ],
};
