import type { RouteContract } from '#shared/http/route-contract.ts';
import { enrolContracts } from './enrol/contract.ts';
import { publicContracts } from './public/contract.ts';
import { siteDataContracts } from './site-data/contract.ts';
import { siteRequestsContracts } from './site-requests/contract.ts';
import { subjectContracts } from './subject/contract.ts';

/** Every route of the API, by the function (folder) that serves it. The OpenAPI document is made from this list. */
export const contracts = {
  public: publicContracts,
  enrol: enrolContracts,
  'site-data': siteDataContracts,
  'site-requests': siteRequestsContracts,
  subject: subjectContracts,
} as const satisfies Record<string, readonly RouteContract[]>;
