import type { RouteContract } from '#shared/http/route-contract.ts';
import { enrolContracts } from './enrol/contract.ts';
import { publicContracts } from './public/contract.ts';
import { siteDataContracts } from './site-data/contract.ts';

/**
 * Every route of the API, by the function (folder) that serves it: API Gateway's routes and the OpenAPI document are made
 * from this list. `$default` goes to `public`.
 */
export const contracts = {
  public: publicContracts,
  enrol: enrolContracts,
  'site-data': siteDataContracts,
} as const satisfies Record<string, readonly RouteContract[]>;
