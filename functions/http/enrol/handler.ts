import { v7 as uuidv7 } from 'uuid';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { createApi } from '#shared/http/create-api.ts';
import { route } from '#shared/http/route.ts';
import { openLog } from '#shared/observability/log.ts';
import { addKey } from '#shared/sites/add-key.ts';
import { enrolSite } from '#shared/sites/enrol-site.ts';
import { revokeKey } from '#shared/sites/revoke-key.ts';
import { authenticateSite } from '#shared/sites/verify-site-call.ts';
import { readVendorKeys } from '../published-keys.ts';
import { addSiteKey, enrol, revokeSiteKey } from './contract.ts';
import { enrolEnvironment } from './environment.ts';

const environment = readEnvironment(enrolEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const sites = openTable(dynamo, environment.SITES_TABLE_NAME);
const ledger = openTable(dynamo, environment.LEDGER_TABLE_NAME);
const ephemeral = openTable(dynamo, environment.EPHEMERAL_TABLE_NAME);
const siteAuth = { kms, siteAuthKeyId: environment.SITE_AUTH_KEY_ID };
const vendorKeys = readVendorKeys(kms, environment.EVIDENCE_KEY_ID);

const enrolRoute = route(enrol, async ({ body, now, log }) => {
  // Read first: once the code is used, nothing may fail that the answer needs.
  const keySet = await vendorKeys();
  const ids = { siteId: uuidv7(), keyId: uuidv7(), now };
  const { site, key, secret } = await enrolSite({ sites, ledger, ...siteAuth }, body, ids);
  const { siteId, controllerId, platform } = site;
  const { keyId, algorithm } = key;
  log.info('site-enrolled', { siteId, controllerId, keyId, platform });
  return { status: 201, body: { siteId, keyId, secret, algorithm, vendorKeys: keySet } };
});

const addKeyRoute = route(addSiteKey, async ({ body, caller, now, log }) => {
  const { key, secret } = await addKey({ sites, ledger, ...siteAuth }, caller, body, {
    keyId: uuidv7(),
    now,
  });
  const { keyId, algorithm } = key;
  log.info('key-added', { siteId: caller.siteId, keyId, algorithm });
  return { status: 201, body: { keyId, algorithm, secret } };
});

const revokeKeyRoute = route(revokeSiteKey, async ({ params, caller, now, log }) => {
  await revokeKey({ sites, ledger }, caller, params.keyId, now);
  log.info('key-revoked', { siteId: caller.siteId, keyId: params.keyId });
  return { status: 204 };
});

export const handler = createApi([enrolRoute, addKeyRoute, revokeKeyRoute], {
  log: openLog('http-enrol'),
  ephemeral,
  authenticateSite: authenticateSite({
    sites,
    ephemeral,
    ...siteAuth,
    publicOrigin: environment.PUBLIC_ORIGIN,
  }),
});
