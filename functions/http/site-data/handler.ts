import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { openTable } from '#shared/aws/table.ts';
import { createApi } from '#shared/http/create-api.ts';
import { openLog } from '#shared/observability/log.ts';
import { authenticateSite } from '#shared/sites/verify-site-call.ts';
import { consentRoute } from './consent-route.ts';
import { siteDataEnvironment } from './environment.ts';
import { queryRoute } from './query-route.ts';
import { recordsRoute } from './records-route.ts';

const environment = readEnvironment(siteDataEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const ephemeral = openTable(dynamo, environment.EPHEMERAL_TABLE_NAME);
const wiring = {
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  index: openTable(dynamo, environment.INDEX_TABLE_NAME),
  records: openTable(dynamo, environment.RECORDS_TABLE_NAME),
  ephemeral,
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: {
      ordinary: { kms, keyId: environment.WRAP_ORDINARY_KEY_ID },
      retained: { kms, keyId: environment.WRAP_RETAINED_KEY_ID },
    },
  },
  indexKey: { kms, keyId: environment.INDEX_KEY_ID },
  openProfile: { lambda: lambdaClient(), name: environment.OPEN_PROFILE_FUNCTION_NAME },
};

export const handler = createApi([consentRoute(wiring), recordsRoute(wiring), queryRoute(wiring)], {
  log: openLog('http-site-data'),
  ephemeral,
  authenticateSite: authenticateSite({
    sites: openTable(dynamo, environment.SITES_TABLE_NAME),
    ephemeral,
    kms,
    siteAuthKeyId: environment.SITE_AUTH_KEY_ID,
    publicOrigin: environment.PUBLIC_ORIGIN,
  }),
});
