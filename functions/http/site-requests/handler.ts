import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { sqsClient } from '#shared/aws/sqs.ts';
import { openTable } from '#shared/aws/table.ts';
import { createApi } from '#shared/http/create-api.ts';
import { openLog } from '#shared/observability/log.ts';
import { authenticateSite } from '#shared/sites/verify-site-call.ts';
import { siteRequestsEnvironment } from './environment.ts';
import { downloadRoute, readRoute, receiptRoute } from './read-routes.ts';
import { submitRoute } from './submit-route.ts';
import type { Wiring } from './wiring.ts';

const environment = readEnvironment(siteRequestsEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const lambda = lambdaClient();
const wiring: Wiring = {
  directory: openTable(dynamo, environment.DIRECTORY_TABLE_NAME),
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  ledger: openTable(dynamo, environment.LEDGER_TABLE_NAME),
  ephemeral: openTable(dynamo, environment.EPHEMERAL_TABLE_NAME),
  sites: openTable(dynamo, environment.SITES_TABLE_NAME),
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: { request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID } },
  },
  indexKey: { kms, keyId: environment.INDEX_KEY_ID },
  choiceKey: { kms, keyId: environment.CHOICE_KEY_ID },
  effects: { sqs: sqsClient(), url: environment.EFFECTS_QUEUE_URL },
  openRequest: { lambda, name: environment.OPEN_REQUEST_FUNCTION_NAME },
  verify: { lambda, name: environment.VERIFY_FUNCTION_NAME },
  release: { lambda, name: environment.RELEASE_FUNCTION_NAME },
};

const routes = [submitRoute, readRoute, downloadRoute, receiptRoute];

export const handler = createApi(
  routes.map((bind) => bind(wiring)),
  {
    log: openLog('http-site-requests'),
    ephemeral: wiring.ephemeral,
    authenticateSite: authenticateSite({
      sites: wiring.sites,
      ephemeral: wiring.ephemeral,
      kms,
      siteAuthKeyId: environment.SITE_AUTH_KEY_ID,
      publicOrigin: environment.PUBLIC_ORIGIN,
    }),
  },
);
