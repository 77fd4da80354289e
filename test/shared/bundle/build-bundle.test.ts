import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { buildBundle } from '#shared/bundle/build-bundle.ts';
import { pageKey, stagePage, writeManifest, type StagedPage } from '#shared/bundle/staging/staged-page.ts';
import { dataMapVersion } from '#shared/data-map/data-map.ts';
import { putPlanSize } from '#shared/requests/plan-size.ts';
import type { RequestRecord } from '#shared/requests/request-record.ts';
import { fakeMacKey } from '../keys/fake-mac-key.ts';
import { controllers, requestId, sign } from './example-bundle.ts';
import { fakeBucket } from './staging/fake-bucket.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const s3 = new S3Client({ region: 'eu-central-1' });
const uploads = mockClient(s3);
const key = Buffer.alloc(32, 7);
const at = '2027-06-15T12:00:00.000Z';
const controllerId = controllers[0]?.controllerId ?? '';
const request: RequestRecord = {
  requestId,
  right: 'access',
  state: 'in-progress',
  version: 4,
  attempt: 1,
  openTasks: 0,
  bundles: 0,
  receivedAt: at,
  dueAt: at,
  plannedAt: at,
  language: 'en',
  channel: { kind: 'subject', identifierKind: 'email', identifierHash: 'h', browserSecretHash: 'h' },
  scope: [controllerId],
  ledger: { seq: 4, hash: 'h' },
};

/** Two pages of six random megabytes each: a bundle of more than two parts of 5 MiB, however well it is packed. */
async function stageLargePages(): Promise<ReturnType<typeof fakeBucket>> {
  const staging = fakeBucket();
  const pages: StagedPage[] = [];
  for (const number of [0, 1]) {
    const object = pageKey(requestId, 1, number);
    const data = { category: 'help', openedAt: at, message: randomBytes(6_000_000).toString('base64') };
    const record = {
      recordId: `r${number}`,
      dataset: 'support-case' as const,
      collectedAt: at,
      storedAt: at,
      basis: 'contract' as const,
      data,
    };
    const page = { key: object, controllerId, dataset: record.dataset, right: 'access' } as const;
    pages.push(await stagePage(staging, key, { ...page, records: [record] }));
  }
  await writeManifest(staging, { requestId, attempt: 1, from: 0 }, { pages, redactions: [] });
  return staging;
}
const build = async () =>
  buildBundle(
    {
      requests: openTable(client, 'requests'),
      planKey,
      ledger: openTable(client, 'ledger'),
      staging: await stageLargePages(),
      bundles: { s3, name: 'bundles' },
      describeController: (id) => Promise.resolve(controllers.find((one) => one.controllerId === id)),
      nameRecipient: () => Promise.resolve(undefined),
      issuer: { name: 'Vendor' },
      ...{ key, sign, dataMapVersion },
    },
    request,
    1,
    at,
  );

const planKey = fakeMacKey();

beforeEach(async () => {
  dynamo.reset();
  const requests = openTable(client, 'requests');
  const plan = await putPlanSize(requests, planKey, requestId, { attempt: 1, tasks: 0 });
  dynamo.on(GetCommand).resolves({ Item: plan.Put?.Item });
  dynamo.on(QueryCommand).resolves({ Items: [] }).on(TransactWriteCommand).resolves({});
  uploads.reset();
  uploads
    .on(CreateMultipartUploadCommand)
    .resolves({ UploadId: 'upload-1' })
    .on(UploadPartCommand)
    .resolves({ ETag: 'etag' })
    .on(CompleteMultipartUploadCommand)
    .resolves({})
    .on(AbortMultipartUploadCommand)
    .resolves({});
});

describe('a bundle of several parts', () => {
  it('is uploaded as it is written, in parts of 5 MiB, and then recorded with its size', async () => {
    await build();

    const parts = uploads.commandCalls(UploadPartCommand).map((call) => call.args[0].input);
    const sizes = parts.map(({ Body }) => (Body as Uint8Array).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.slice(0, -1).every((size) => size === 5 * 1024 ** 2)).toBe(true);
    expect(uploads).toReceiveCommandTimes(CompleteMultipartUploadCommand, 1);
    const [written] = dynamo
      .commandCalls(TransactWriteCommand)
      .map((call) => call.args[0].input.TransactItems?.[0]);
    expect(written?.Put?.Item).toMatchObject({
      bytes: sizes.reduce((sum, size) => sum + size),
      linksLeft: 5,
    });
  });

  it('fails by the name of what S3 said in the middle of it, is aborted, and recorded nowhere', async () => {
    const slowDown = Object.assign(new Error('no'), { name: 'SlowDown' });
    uploads.on(UploadPartCommand).rejects(slowDown);

    await expect(build()).rejects.toBe(slowDown);

    expect(uploads).toHaveReceivedCommandWith(AbortMultipartUploadCommand, { UploadId: 'upload-1' });
    expect(uploads).toReceiveCommandTimes(CompleteMultipartUploadCommand, 0);
    expect(dynamo).toReceiveCommandTimes(TransactWriteCommand, 0);
  });
});
