import { contracts } from '#functions/http/contracts.ts';
import type { FunctionName } from '#infra/powers/functions.ts';

export type HttpFunctionName = Extract<FunctionName, `http/${string}`>;

/** What API Gateway needs of a route's contract. */
export type RouteAddress = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/${string}`;
};

export type Routes = Record<HttpFunctionName, readonly RouteAddress[]>;

/** TEMPORARY, until the functions' contracts exist: their routes from the API's description. */
const expected: Routes = {
  'http/public': [],
  'http/enrol': [],
  'http/site-data': [
    { method: 'POST', path: '/v1/consents' },
    { method: 'POST', path: '/v1/records' },
    { method: 'POST', path: '/v1/records/queries' },
  ],
  'http/site-requests': [
    { method: 'POST', path: '/v1/requests' },
    { method: 'GET', path: '/v1/requests/{requestId}' },
    { method: 'POST', path: '/v1/requests/{requestId}/downloads' },
  ],
  'http/subject': [
    { method: 'POST', path: '/v1/subject/requests' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/codes' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/verification' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/start' },
    { method: 'GET', path: '/v1/subject/requests/{requestId}' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/downloads' },
    { method: 'POST', path: '/v1/subject/requests/{requestId}/withdrawal' },
    { method: 'POST', path: '/v1/subject/disavowals' },
  ],
};

/** The routes of the API by the function that serves them. */
export const routes: Routes = {
  ...expected,
  ...Object.fromEntries(Object.entries(contracts).map(([folder, own]) => [`http/${folder}`, own])),
};
