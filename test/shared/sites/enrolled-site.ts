/** One enrolled site with a key of each kind, in mocked tables, and its calls as they reach us. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { openTable } from '#shared/aws/table.ts';
import type { IncomingCall } from '#shared/http/incoming-call.ts';
import { SiteCallRefused } from '#shared/sites/refusals.ts';
import type { Site, SiteKey } from '#shared/sites/site.ts';
import { verifySiteCall, type SiteGate } from '#shared/sites/verify-site-call.ts';
import {
  signCall,
  type OutgoingCall,
  type SignatureChoices,
  type SiteCredentials,
} from '#test/support/site-client.ts';

export const origin = 'https://rights.example';
export const now = new Date('2026-11-24T12:00:00Z');
export const seconds = now.getTime() / 1000;
export const siteId = '01938f3e-5b0a-7000-8000-0000000000aa';
export const hmacKeyId = '01938f3e-5b0a-7000-8000-000000000001';
export const edKeyId = '01938f3e-5b0a-7000-8000-000000000002';
export const foreignKeyId = '01938f3e-5b0a-7000-8000-000000000003';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
export const dynamo = mockClient(client);
const kms = new KMSClient({ region: 'eu-central-1' });
export const kmsMock = mockClient(kms);
export const gate: SiteGate = {
  sites: openTable(client, 'sites'),
  ephemeral: openTable(client, 'ephemeral'),
  kms,
  siteAuthKeyId: 'site-auth',
  publicOrigin: origin,
};

const master = Buffer.alloc(32, 7);
export const secretOf = (keyId: string): Buffer =>
  createHmac('sha256', master).update(`site-secret/1/${keyId}`).digest();
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const rawPublicKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

export const hmac: SiteCredentials = {
  keyId: hmacKeyId,
  algorithm: 'hmac-sha256',
  secret: secretOf(hmacKeyId).toString('base64'),
};
export const ed25519 = {
  keyId: edKeyId,
  algorithm: 'ed25519',
  privateKey,
} as const satisfies SiteCredentials;

export const site: Site = {
  siteId,
  controllerId: '01938f3e-5b0a-7000-8000-0000000000bb',
  platform: 'wordpress',
  vendor: false,
  host: 'shop.example.net',
  siteUrl: 'https://shop.example.net/',
  installationId: 'installation-1',
  purposes: ['service', 'login', 'risk-based-login'],
  keyIds: [hmacKeyId, edKeyId],
  controller: {
    name: 'Shop',
    contactEmail: 'privacy@shop.example.net',
    country: 'DE',
    timeZone: 'Europe/Berlin',
  },
  instructions: {
    access: 'auto',
    portability: 'auto',
    erasure: 'ask',
    rectification: 'ask',
    restriction: 'ask',
    objection: 'ask',
  },
  enrolledAt: '2026-11-01T00:00:00.000Z',
  ledgerHead: { seq: 1, hash: '0'.repeat(64) },
};
const hmacKey: SiteKey = {
  keyId: hmacKeyId,
  siteId,
  algorithm: 'hmac-sha256',
  scopes: ['collect'],
  state: 'live',
  createdAt: '2026-11-01T00:00:00.000Z',
};
const edKey: SiteKey = { ...hmacKey, keyId: edKeyId, algorithm: 'ed25519', publicKey: rawPublicKey };

/** Puts the site and its keys into the mocked tables, with changes. */
export function storeSite(rows: { site?: Partial<Site>; hmacKey?: Partial<SiteKey> } = {}): void {
  dynamo
    .on(GetCommand, { Key: { pk: `S#${siteId}`, sk: 'META' } })
    .resolves({ Item: { ...site, ...rows.site } });
  dynamo
    .on(GetCommand, { Key: { pk: `K#${hmacKeyId}`, sk: 'KEY' } })
    .resolves({ Item: { ...hmacKey, ...rows.hmacKey } });
  dynamo.on(GetCommand, { Key: { pk: `K#${edKeyId}`, sk: 'KEY' } }).resolves({ Item: { ...edKey } });
}

/** Empties what was mocked and stores the site; before each test. */
export function prepare(): void {
  dynamo.reset();
  kmsMock.reset();
  kmsMock.on(GenerateMacCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Mac: new Uint8Array(createHmac('sha256', master).update(Message).digest()),
  }));
  dynamo.on(GetCommand).resolves({});
  dynamo.on(PutCommand).resolves({});
  storeSite();
}

export type Changes = { [Part in keyof IncomingCall]?: IncomingCall[Part] };

/** A signed call as it reaches us; `changes` are made after it was signed. */
export function arrive(
  credentials: SiteCredentials,
  call: Partial<OutgoingCall> = {},
  choices: SignatureChoices = {},
  changes: Changes = {},
): IncomingCall {
  const { method = 'POST', url = `${origin}/v1/records`, body = '{"a":1}', idempotencyKey } = call;
  const outgoing = { method, url, body, ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const { pathname, search } = new URL(url);
  return {
    method,
    path: pathname,
    rawQuery: search.slice(1),
    headers: {
      host: 'abc.execute-api.example',
      ...signCall(credentials, outgoing, { created: seconds, ...choices }),
    },
    rawBody: Buffer.from(body),
    ...changes,
  };
}

/** Why the call is refused, or `accepted`. */
export async function reasonOf(call: IncomingCall): Promise<string> {
  try {
    await verifySiteCall(gate, call, now);
    return 'accepted';
  } catch (error) {
    if (error instanceof SiteCallRefused) return error.reason;
    throw error;
  }
}

export const withHeader = (call: IncomingCall, name: string, value: string | undefined): IncomingCall => ({
  ...call,
  headers: { ...call.headers, [name]: value },
});
