import { createHmac, generateKeyPairSync } from 'node:crypto';
import { GenerateMacCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiHandler } from '#shared/http/create-api.ts';
import { hashEnrolmentCode } from '#shared/sites/enrolment-code.ts';
import { apiEvent, type EventParts } from '#test/support/api-event.ts';
import { signCall, type SiteCredentials } from '#test/support/site-client.ts';

const origin = 'https://rights.example';
const keyId = '01938f3e-5b0a-7000-8000-000000000001';
const otherKeyId = '01938f3e-5b0a-7000-8000-000000000002';
const siteId = '01938f3e-5b0a-7000-8000-0000000000aa';
const code = 'AAAAAAAA-AAAAAAAA-AAAAAAAA-AAAAAAAA';
const macOf = (message: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', 'master').update(message).digest());

const dynamo = mockClient(DynamoDBDocumentClient);
const kms = mockClient(KMSClient);
const evidence = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
let handler: ApiHandler;

const enrolment = {
  code,
  platform: 'wordpress',
  siteUrl: 'https://shop.example.net/',
  installationId: 'installation-1',
  controller: {
    name: 'Shop',
    contactEmail: 'privacy@shop.example.net',
    country: 'DE',
    timeZone: 'Europe/Berlin',
  },
  instructions: { access: 'auto', portability: 'auto' },
};

beforeAll(async () => {
  const variables = {
    SITES_TABLE_NAME: 'sites',
    EPHEMERAL_TABLE_NAME: 'ephemeral',
    LEDGER_TABLE_NAME: 'ledger',
    SITE_AUTH_KEY_ID: 'site-auth',
    EVIDENCE_KEY_ID: 'evidence',
    MAIL_QUEUE_URL: 'https://sqs.example/mail',
    VERIFY_FUNCTION_NAME: 'verify',
    PUBLIC_ORIGIN: origin,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    AWS_REGION: 'eu-central-1',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  handler = (await import('#functions/http/enrol/handler.ts')).handler;
});

function storeSite(keyIds: string[]): void {
  const row = (pk: string, sk: string, item: object) =>
    dynamo.on(GetCommand, { Key: { pk, sk } }).resolves({ Item: { pk, sk, ...item } });
  const key = { siteId, algorithm: 'hmac-sha256', scopes: ['collect'], state: 'live' };
  for (const id of [keyId, otherKeyId]) row(`K#${id}`, 'KEY', { ...key, keyId: id });
  row(`S#${siteId}`, 'META', {
    siteId,
    controllerId: 'c-1',
    platform: 'wordpress',
    vendor: false,
    purposes: ['service'],
    keyIds,
    controller: enrolment.controller,
    ledgerHead: { seq: 1, hash: '0'.repeat(64) },
  });
}

beforeEach(() => {
  dynamo.reset();
  kms.reset();
  kms
    .on(GetPublicKeyCommand)
    .resolves({ PublicKey: new Uint8Array(evidence.export({ format: 'der', type: 'spki' })) });
  kms.on(GenerateMacCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({ Mac: macOf(Message) }));
  dynamo.on(GetCommand).resolves({});
  dynamo.on(GetCommand, { Key: { pk: `E#${hashEnrolmentCode(code)}`, sk: 'ENROL' } }).resolves({
    Item: {
      host: 'shop.example.net',
      controllerId: 'c-1',
      vendor: false,
      expiresAt: '2999-01-01T00:00:00.000Z',
    },
  });
  dynamo.on(PutCommand).resolves({});
  dynamo.on(TransactWriteCommand).resolves({});
  storeSite([keyId]);
});

async function call(parts: EventParts) {
  const { statusCode, body } = await handler(apiEvent(parts), {});
  return {
    status: statusCode,
    body: (body ? JSON.parse(body) : undefined) as Record<string, unknown> | undefined,
  };
}

const enrol = (body: object, headers: Record<string, string> = {}) =>
  call({
    routeKey: 'POST /v1/sites/enrolments',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const credentials = (id = keyId): SiteCredentials => ({
  keyId: id,
  algorithm: 'hmac-sha256',
  secret: Buffer.from(macOf(Buffer.from(`site-secret/1/${id}`))).toString('base64'),
});

function signed(method: string, path: string, body = '', credentialsUsed = credentials()) {
  const template = method === 'DELETE' ? '/v1/sites/keys/{keyId}' : path;
  return call({
    routeKey: `${method} ${template}`,
    path,
    params: method === 'DELETE' ? { keyId: path.split('/').at(-1) ?? '' } : {},
    headers: signCall(credentialsUsed, { method, url: `${origin}${path}`, body }),
    body,
  });
}

const transactions = () =>
  dynamo.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems ?? []);

describe('POST /v1/sites/enrolments', () => {
  it('A27: enrols a site and answers its secret and the vendor’s keys', async () => {
    const { status, body } = await enrol(enrolment);

    expect(status).toBe(201);
    expect(Object.keys(body ?? {}).sort()).toEqual(['algorithm', 'keyId', 'secret', 'siteId', 'vendorKeys']);
    expect(Buffer.from(body?.['secret'] as string, 'base64')).toEqual(
      Buffer.from(macOf(Buffer.from(`site-secret/1/${body?.['keyId'] as string}`))),
    );
    expect(body?.['vendorKeys']).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256' }] });
  });

  it('A13: keeps no secret under the idempotency key', async () => {
    const { body } = await enrol(enrolment, { 'idempotency-key': 'enrolment-0123456789abcdef' });

    const rows = dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input.Item);
    expect(rows.map((row) => row?.['state'] as string)).toEqual(['claimed', 'answered']);
    expect(JSON.stringify(rows)).not.toContain(body?.['secret']);
  });

  it.each([
    ['an http address', { siteUrl: 'http://shop.example.net/' }, 422, 'validation'],
    ['a country that is none', { controller: { ...enrolment.controller, country: 'XX' } }, 422, 'validation'],
    ['an unknown field', { admin: true }, 422, 'validation'],
    ['no instruction for access', { instructions: { portability: 'auto' } }, 422, 'validation'],
    [
      'an instruction to ask first',
      { instructions: { access: 'ask', portability: 'auto' } },
      422,
      'instruction-not-available',
    ],
    ['a code that is none', { code: 'BBBBBBBB' }, 403, 'enrolment-refused'],
    ['the address of another host', { siteUrl: 'https://evil.example/' }, 403, 'enrolment-refused'],
  ])('refuses %s, and uses no code up', async (_title, change, status, problem) => {
    const answer = await enrol({ ...enrolment, ...change });

    expect(answer).toMatchObject({ status, body: { type: `urn:data-rights:problem:${problem}` } });
    expect(transactions()).toEqual([]);
  });
});

describe('keys of a site', () => {
  it('adds a key, with a secret of its own, and works a second time', async () => {
    const first = await signed('POST', '/v1/sites/keys', '{"algorithm":"hmac-sha256","scopes":["collect"]}');
    const second = await signed('POST', '/v1/sites/keys', '{"algorithm":"hmac-sha256","scopes":["collect"]}');

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body?.['secret']).not.toBe(second.body?.['secret']);
    expect(transactions()[0]?.[0]?.Update).toMatchObject({
      ConditionExpression: 'keyIds = :keyIdsBefore AND ledgerHead = :headBefore',
      ExpressionAttributeValues: { ':keyIdsBefore': [keyId], ':keyIds': [keyId, first.body?.['keyId']] },
    });
  });

  it('adds an ed25519 key, and answers no secret', async () => {
    const publicKey = Buffer.alloc(32, 5).toString('base64');
    const body = JSON.stringify({ algorithm: 'ed25519', publicKey, scopes: ['collect'] });

    const answer = await signed('POST', '/v1/sites/keys', body);

    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('secret');
    expect(transactions()[0]?.[1]?.Put?.Item).toMatchObject({
      algorithm: 'ed25519',
      publicKey,
      state: 'live',
    });
  });

  it.each([
    [
      'A10: the scope orders without the contact’s word',
      { algorithm: 'ed25519', scopes: ['orders'], publicKey: Buffer.alloc(32).toString('base64') },
      403,
      'contact-not-confirmed',
    ],
    ['A10: the scope orders with hmac', { algorithm: 'hmac-sha256', scopes: ['orders'] }, 422, 'validation'],
    [
      'the scope tasks',
      { algorithm: 'hmac-sha256', scopes: ['collect', 'tasks'] },
      422,
      'scope-not-available',
    ],
    ['no scope', { algorithm: 'hmac-sha256', scopes: [] }, 422, 'validation'],
    ['ed25519 without a key', { algorithm: 'ed25519', scopes: ['collect'] }, 422, 'validation'],
    [
      'ed25519 with half a key',
      { algorithm: 'ed25519', scopes: ['collect'], publicKey: 'AAAA' },
      422,
      'validation',
    ],
    [
      'an hmac key that brings a key',
      { algorithm: 'hmac-sha256', scopes: ['collect'], publicKey: Buffer.alloc(32).toString('base64') },
      422,
      'validation',
    ],
  ])('refuses %s', async (_title, body, status, problem) => {
    const answer = await signed('POST', '/v1/sites/keys', JSON.stringify(body));

    expect(answer).toMatchObject({ status, body: { type: `urn:data-rights:problem:${problem}` } });
    expect(transactions()).toEqual([]);
  });

  it.each([
    ['POST', '/v1/sites/keys', '{"algorithm":"hmac-sha256","scopes":["collect"]}'],
    ['POST', '/v1/sites/contact-confirmations', `{"publicKey":"${Buffer.alloc(32).toString('base64')}"}`],
    ['POST', '/v1/sites/contact-confirmations/verification', '{"publicKey":"","code":""}'],
    ['DELETE', `/v1/sites/keys/${otherKeyId}`, ''],
  ])('A10: a key for orders has no say in keys: %s %s', async (method, path, body) => {
    storeSite([keyId, otherKeyId]);
    const row = { keyId, siteId, algorithm: 'hmac-sha256', scopes: ['orders'], state: 'live' };
    dynamo.on(GetCommand, { Key: { pk: `K#${keyId}`, sk: 'KEY' } }).resolves({ Item: row });

    const answer = await signed(method, path, body);

    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:data-rights:problem:scope-missing' } });
    expect(transactions()).toEqual([]);
  });

  it('refuses a third key', async () => {
    storeSite([keyId, otherKeyId]);

    const answer = await signed('POST', '/v1/sites/keys', '{"algorithm":"hmac-sha256","scopes":["collect"]}');

    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:data-rights:problem:too-many-keys' } });
  });

  it('revokes a key, the one that signs included', async () => {
    storeSite([keyId, otherKeyId]);

    const answer = await signed('DELETE', `/v1/sites/keys/${keyId}`);

    expect(answer).toEqual({ status: 204, body: undefined });
    expect(transactions()[0]?.[0]?.Update?.ExpressionAttributeValues).toMatchObject({
      ':keyIds': [otherKeyId],
    });
    expect(transactions()[0]?.[1]?.Update?.ExpressionAttributeValues).toMatchObject({
      ':revoked': 'revoked',
    });
  });

  it('never revokes the last key', async () => {
    const answer = await signed('DELETE', `/v1/sites/keys/${keyId}`);

    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:data-rights:problem:last-key' } });
    expect(transactions()).toEqual([]);
  });

  it('A35: a key of another site is one that is not there', async () => {
    storeSite([keyId, otherKeyId]);
    dynamo.on(GetCommand, { Key: { pk: `K#${otherKeyId}`, sk: 'KEY' } }).resolves({
      Item: { keyId: otherKeyId, siteId: 'another', state: 'live', algorithm: 'hmac-sha256', scopes: [] },
    });

    const foreign = await signed('DELETE', `/v1/sites/keys/${otherKeyId}`);
    const unknown = await signed('DELETE', '/v1/sites/keys/01938f3e-5b0a-7000-8000-00000000dead');

    expect(foreign).toEqual(unknown);
    expect(foreign.status).toBe(404);
  });

  it('refuses an unsigned call', async () => {
    const answer = await call({ routeKey: 'POST /v1/sites/keys', body: '{}' });

    expect(answer).toMatchObject({ status: 401, body: { type: 'urn:data-rights:problem:unauthorized' } });
  });
});
