import { collectCursor, collectPages } from '#shared/bundle/staging/collect-pages.ts';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { s3Client } from '#shared/aws/s3.ts';
import { openTable } from '#shared/aws/table.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { vaultPlace } from '#shared/places/vault-place.ts';
import { requireRequest } from '#shared/requests/request-store.ts';
import { requireExport } from '#shared/requests/states.ts';
import { requirePlan } from '#shared/requests/tasks.ts';
import { RequestKeyMissing } from '#shared/requests/file-request.ts';
import { withKey } from '#shared/vault/open-keys.ts';
import { attemptInput } from '../attempt.ts';
import { collectPagesEnvironment } from './environment.ts';

const environment = readEnvironment(collectPagesEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const requests = openTable(dynamo, environment.REQUESTS_TABLE_NAME);
const vault = {
  keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
  wrapping: {
    ordinary: { kms, keyId: environment.WRAP_ORDINARY_KEY_ID },
    retained: { kms, keyId: environment.WRAP_RETAINED_KEY_ID },
    request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID },
  },
};
const place = vaultPlace(openTable(dynamo, environment.RECORDS_TABLE_NAME), vault);
const planKey = { kms, keyId: environment.PLAN_KEY_ID };
const staging = { s3: s3Client(), name: environment.STAGING_BUCKET_NAME };

/** What one more page and the manifest may take, with room to spare. Milliseconds. */
const reserve = 60_000;
const input = attemptInput.extend({ cursor: collectCursor.optional() });

export const handler = createTask(
  'collect-pages',
  input,
  async ({ requestId, attempt, cursor }, { remaining }) => {
    const request = await requireRequest({ requests }, requestId, attempt);
    const right = requireExport(request.right);
    const tasks = await requirePlan(requests, planKey, request);
    const mayGoOn = (): boolean => remaining() > reserve;
    const collected = await withKey(vault, `R#${requestId}`, 'request', ({ key }) =>
      collectPages(
        { requestId, attempt, right, tasks, place, staging, key, mayGoOn },
        cursor ?? { task: 0, page: 0 },
      ),
    );
    if (collected.status !== 'open') throw new RequestKeyMissing(`request ${requestId} has no key`);
    return { requestId, attempt, ...(collected.value ? { cursor: collected.value } : {}) };
  },
);
