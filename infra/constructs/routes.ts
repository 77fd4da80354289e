import { contracts } from '#functions/http/contracts.ts';
import type { FunctionName } from '#infra/powers/functions.ts';

export type HttpFunctionName = Extract<FunctionName, `http/${string}`>;

/** What API Gateway needs of a route's contract. */
type RouteAddress = { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: `/${string}` };

export type Routes = Record<HttpFunctionName, readonly RouteAddress[]>;

/** The routes of the API by the function that serves them, from the contracts that its documentation is written from. */
export const routes: Routes = {
  'http/public': contracts.public,
  'http/enrol': contracts.enrol,
  'http/site-data': contracts['site-data'],
  'http/site-requests': contracts['site-requests'],
  'http/subject': contracts.subject,
};
