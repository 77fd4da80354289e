import { enrolContracts } from '#functions/http/enrol/contract.ts';
import { publicContracts } from '#functions/http/public/contract.ts';
import { siteDataContracts } from '#functions/http/site-data/contract.ts';
import { siteRequestsContracts } from '#functions/http/site-requests/contract.ts';
import { subjectContracts } from '#functions/http/subject/contract.ts';
import type { FunctionName } from '#infra/powers/functions.ts';

export type HttpFunctionName = Extract<FunctionName, `http/${string}`>;

/** What API Gateway needs of a route's contract. */
type RouteAddress = { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: `/${string}` };

export type Routes = Record<HttpFunctionName, readonly RouteAddress[]>;

/** The routes of the API by the function that serves them, from the functions' own contracts. */
export const routes: Routes = {
  'http/public': publicContracts,
  'http/enrol': enrolContracts,
  'http/site-data': siteDataContracts,
  'http/site-requests': siteRequestsContracts,
  'http/subject': subjectContracts,
};
