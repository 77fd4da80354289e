import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import {
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { functionNames, type FunctionName } from '#infra/powers/functions.ts';
import { variables } from '#shared/aws/variables.ts';
import { apiEvent, type EventParts } from '#test/support/api-event.ts';

// Lambda keeps a process for many calls: nothing of one call, least of all of one that failed, may show in the next.

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
const dynamo = mockClient(DynamoDBDocumentClient);
const kms = mockClient(KMSClient);
mockClient(LambdaClient).onAnyCommand().resolves({});
mockClient(S3Client).onAnyCommand().resolves({});
mockClient(SESv2Client).onAnyCommand().resolves({});
mockClient(SFNClient).onAnyCommand().resolves({});
mockClient(SNSClient).onAnyCommand().resolves({});
mockClient(SQSClient).onAnyCommand().resolves({});
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const attempt = { requestId, attempt: 1 };

const stated: Record<string, string> = {
  SOFTWARE_VERSION: '0.1.0',
  COOLING_OFF_NORMAL: '86400',
  COOLING_OFF_EXTENDED: '604800',
  LONGEST_FUNCTION_SECONDS: '900',
  KEY_RECOVERY_DAYS: '1',
  TABLE_RECOVERY_DAYS: '35',
  QUEUE_RETENTION_DAYS: '14',
  LOG_RETENTION_DAYS: '90',
  SMS_COUNTRIES: 'DE,AT',
  SMS_PER_DAY: '100',
  PUBLIC_ORIGIN: 'https://api.vendor.example',
  MAIL_FROM: 'rights@vendor.example',
  VENDOR_COUNTRY: 'DE',
  VENDOR_TIME_ZONE: 'Europe/Berlin',
};

beforeAll(() => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const name of Object.keys(variables)) vi.stubEnv(name, stated[name] ?? `the-${name.toLowerCase()}`);
});

/** Nothing is stored, and every service answers. */
beforeEach(() => {
  dynamo.reset();
  dynamo.onAnyCommand().resolves({}).on(QueryCommand).resolves({ Items: [] });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  kms.reset();
  kms
    .on(GenerateDataKeyWithoutPlaintextCommand)
    .resolves({ CiphertextBlob: new Uint8Array(64) })
    .on(GenerateMacCommand)
    .resolves({ Mac: new Uint8Array(32) })
    .on(GetPublicKeyCommand)
    .resolves({ PublicKey: spki });
});

/** By its whole path, which the test runner takes as it is. */
async function load(name: string): Promise<Handler> {
  const module = path.resolve(import.meta.dirname, '../../functions', name, 'handler.ts');
  return ((await import(module)) as { handler: Handler }).handler;
}

/** The answer, or the name of what was thrown; ids are chosen anew on each call. */
async function outcome(handler: Handler, event: unknown): Promise<unknown> {
  try {
    const answer = await handler(event, { getRemainingTimeInMillis: () => 300_000 });
    const text = JSON.stringify(answer).replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'an-id');
    return JSON.parse(text);
  } catch (error) {
    return (error as Error).name;
  }
}

const user = { siteId: requestId, controllerId: requestId, userHash: 'h', registeredAt: '2026-01-02' };
const digest = '0'.repeat(128);
const tagged = ['bag-info.txt', 'bagit.txt', 'manifest-sha512.txt', 'signature/README.txt'];
const tagManifest = tagged.map((file) => `${digest}  ${file}\n`).join('');
const batch = (body: object) => ({ Records: [{ messageId: 'm', body: JSON.stringify(body) }] });
const none = { batchItemFailures: [] };

/** Called by AWS or another function: an event, and what it comes to where nothing is stored. */
const tasks: readonly (readonly [name: FunctionName, event: unknown, answer: unknown])[] = [
  ['invoked/open-profile', user, { profileId: 'an-id' }],
  ['invoked/open-request', { requestId }, { requestId: 'an-id' }],
  ['invoked/verify', { kind: 'session', requestId }, { proven: false }],
  ['invoked/release', { requestId, number: 1 }, { released: false, reason: 'not-ready' }],
  ['invoked/sign', { kind: 'manifest', ...attempt, number: 1, tagManifest }, 'RequestUnknown'],
  ['invoked/sign', { kind: 'receipt', ...attempt }, 'RequestUnknown'],
  ['workflow/plan-work', attempt, 'RequestUnknown'],
  ['workflow/plan-work', { ...attempt, step: 'announce' }, 'RequestUnknown'],
  ['workflow/plan-work', { ...attempt, step: 'plan' }, 'RequestUnknown'],
  ['workflow/collect-pages', attempt, 'RequestUnknown'],
  ['workflow/build-bundle', attempt, 'RequestUnknown'],
  ['workflow/preserve-held', attempt, 'RequestUnknown'],
  ['workflow/destroy-keys', attempt, 'RequestUnknown'],
  ['workflow/destroy-keys', { kind: 'request', requestId }, { destroyed: false }],
  ['workflow/erase-rows', attempt, 'RequestUnknown'],
  ['workflow/scan-places', attempt, 'RequestUnknown'],
  ['workflow/conclude', attempt, 'RequestUnknown'],
  ['queue/start-work', batch({ kind: 'start-work', ...attempt, work: 'export' }), none],
  ['queue/start-work', batch({ kind: 'start-work', ...attempt, work: 'erasure' }), none],
  ['queue/send-message', batch({ requestId, messageId: 'ready-1' }), none],
  ['schedule/reconcile', {}, { started: 0, ended: 0, messages: 0 }],
  ['schedule/lapse', {}, { lapsed: 0 }],
  ['schedule/expire', {}, { expired: 0, forgotten: 0, tombstones: 0 }],
];

const post = (path: string, body: object, headers = {}): EventParts => ({
  routeKey: `POST ${path}`,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const identifier = { kind: 'email', value: 'alice@example.org' };
/** Called over HTTP: a call that fails while KMS is away, and one that is answered. */
const apis: Partial<
  Record<FunctionName, readonly [failing: EventParts, as: number, fine: EventParts, status: number]>
> = {
  'http/public': [{ routeKey: 'GET /v1/keys' }, 500, { routeKey: 'GET /v1/keys' }, 200],
  'http/enrol': [post('/v1/sites/enrolments', {}), 422, post('/v1/sites/enrolments', { code: 1 }), 422],
  'http/site-data': [post('/v1/records', {}, { signature: 'x' }), 401, post('/v1/records', {}), 401],
  'http/site-requests': [post('/v1/requests', {}, { signature: 'x' }), 401, post('/v1/requests', {}), 401],
  'http/subject': [
    post('/v1/subject/requests', { right: 'access', identifier }),
    500,
    post('/v1/subject/disavowals', { requestId, secret: 'f'.repeat(32) }),
    202,
  ],
};

describe('a handler that is called again in its process', () => {
  it.each(tasks)('%s (%j) answers as if it had not failed before', async (name, event, answer) => {
    const handler = await load(name);

    const refused = name.startsWith('schedule/') ? undefined : await outcome(handler, { no: 'input' });
    dynamo.reset();
    dynamo.onAnyCommand().rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    const failed = await outcome(handler, event);
    dynamo.reset();
    dynamo.onAnyCommand().resolves({}).on(QueryCommand).resolves({ Items: [] });
    const answers = [await outcome(handler, event), await outcome(handler, event)];

    if (refused !== undefined) expect(refused).toBe('TaskInputInvalid');
    // Consumers of queues report what failed; this one asks DynamoDB nothing.
    if (name === 'queue/send-message')
      expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    else expect(failed).toEqual(name === 'queue/start-work' ? none : 'ThrottlingException');
    expect(answers).toEqual([answer, answer]);
  });

  it.each(Object.entries(apis))(
    '%s answers as if it had not failed before',
    async (name, [bad, as, good, status]) => {
      const handler = await load(name);

      kms.reset();
      kms.onAnyCommand().rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
      const failed = await outcome(handler, apiEvent(bad));
      kms.reset();
      const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
      kms.on(GetPublicKeyCommand).resolves({ PublicKey: spki });
      const answers = [await outcome(handler, apiEvent(good)), await outcome(handler, apiEvent(good))];

      expect(failed).toMatchObject({ statusCode: as });
      expect(answers[0]).toMatchObject({ statusCode: status });
      expect(answers[1]).toEqual(answers[0]);
    },
  );

  it('is each of them', () => {
    const called = new Set([...tasks.map(([name]) => name), ...Object.keys(apis)]);
    expect(called).toEqual(new Set(functionNames));
  });
});
