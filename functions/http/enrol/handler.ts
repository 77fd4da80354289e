import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { createApi } from '#shared/http/create-api.ts';
import { openLog } from '#shared/observability/log.ts';
import { authenticateSite } from '#shared/sites/verify-site-call.ts';
import { readVendorKeys } from '../published-keys.ts';
import { askContactRoute, confirmContactRoute } from './contact-routes.ts';
import { enrolRoute } from './enrol-route.ts';
import { enrolEnvironment } from './environment.ts';
import { addKeyRoute, revokeKeyRoute } from './key-routes.ts';
import type { Wiring } from './wiring.ts';

const environment = readEnvironment(enrolEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const wiring: Wiring = {
  sites: openTable(dynamo, environment.SITES_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  ephemeral: openTable(dynamo, environment.EPHEMERAL_TABLE_NAME),
  kms,
  siteAuthKeyId: environment.SITE_AUTH_KEY_ID,
  vendorKeys: readVendorKeys(kms, environment.EVIDENCE_KEY_ID),
  mail: { sqs: sqsClient(), url: environment.MAIL_QUEUE_URL },
  verify: { lambda: lambdaClient(), name: environment.VERIFY_FUNCTION_NAME },
};
const routes = [enrolRoute, askContactRoute, confirmContactRoute, addKeyRoute, revokeKeyRoute];

export const handler = createApi(
  routes.map((route) => route(wiring)),
  {
    log: openLog('http-enrol'),
    ephemeral: wiring.ephemeral,
    authenticateSite: authenticateSite({ ...wiring, publicOrigin: environment.PUBLIC_ORIGIN }),
  },
);
