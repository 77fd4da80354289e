import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { createApi } from '#shared/http/create-api.ts';
import { Problem } from '#shared/http/problem.ts';
import { route, type Route } from '#shared/http/route.ts';
import { openLog } from '#shared/observability/log.ts';
import { readVendorKeys } from '../published-keys.ts';
import { refuseUnknown } from './answer-unknown.ts';
import { health, keys, notAvailable, openapi } from './contract.ts';
import { publicEnvironment } from './environment.ts';
import document from './openapi.json' with { type: 'json' };

const { EVIDENCE_KEY_ID } = readEnvironment(publicEnvironment);
const vendorKeys = readVendorKeys(kmsClient(), EVIDENCE_KEY_ID);

/** Whatever is sent, the answer is the same: it is not looked at. */
const refused: Route[] = notAvailable.map((contract) => ({
  contract,
  prepare: () => () => Promise.reject(new Problem('not-available')),
}));

export const handler = createApi(
  [
    route(health, () =>
      Promise.resolve({ status: 200, body: { status: 'ok', version: document.info.version } }),
    ),
    route(keys, async () => ({ status: 200, body: await vendorKeys() })),
    route(openapi, () => Promise.resolve({ status: 200, body: document })),
    ...refused,
  ],
  { log: openLog('http-public'), answerUnknown: refuseUnknown(document.paths) },
);
