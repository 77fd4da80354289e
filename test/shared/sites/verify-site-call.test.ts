import { spawnSync } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import type { IncomingCall } from '#shared/http/incoming-call.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Site, SiteKey } from '#shared/sites/site.ts';
import { authenticateSite, verifySiteCall, type SiteGate } from '#shared/sites/verify-site-call.ts';
import { recordingLog } from '#test/support/recording-log.ts';
import {
  contentDigest,
  signCall,
  type OutgoingCall,
  type SignatureChoices,
  type SiteCredentials,
} from '#test/support/site-client.ts';

const origin = 'https://rights.example';
const now = new Date('2026-11-24T12:00:00Z');
const seconds = now.getTime() / 1000;
const siteId = '01938f3e-5b0a-7000-8000-0000000000aa';
const hmacKeyId = '01938f3e-5b0a-7000-8000-000000000001';
const edKeyId = '01938f3e-5b0a-7000-8000-000000000002';
const foreignKeyId = '01938f3e-5b0a-7000-8000-000000000003';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const kms = new KMSClient({ region: 'eu-central-1' });
const kmsMock = mockClient(kms);
const gate: SiteGate = {
  sites: openTable(client, 'sites'),
  ephemeral: openTable(client, 'ephemeral'),
  kms,
  siteAuthKeyId: 'site-auth',
  publicOrigin: origin,
};

const master = Buffer.alloc(32, 7);
const secretOf = (keyId: string): Buffer =>
  createHmac('sha256', master).update(`site-secret/1/${keyId}`).digest();
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const rawPublicKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

const hmac: SiteCredentials = {
  keyId: hmacKeyId,
  algorithm: 'hmac-sha256',
  secret: secretOf(hmacKeyId).toString('base64'),
};
const ed25519: SiteCredentials = { keyId: edKeyId, algorithm: 'ed25519', privateKey };

const site: Site = {
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

function store(rows: { site?: Partial<Site>; hmacKey?: Partial<SiteKey> } = {}): void {
  dynamo
    .on(GetCommand, { Key: { pk: `S#${siteId}`, sk: 'META' } })
    .resolves({ Item: { ...site, ...rows.site } });
  dynamo
    .on(GetCommand, { Key: { pk: `K#${hmacKeyId}`, sk: 'KEY' } })
    .resolves({ Item: { ...hmacKey, ...rows.hmacKey } });
  dynamo.on(GetCommand, { Key: { pk: `K#${edKeyId}`, sk: 'KEY' } }).resolves({ Item: { ...edKey } });
}

beforeEach(() => {
  dynamo.reset();
  kmsMock.reset();
  kmsMock.on(GenerateMacCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Mac: new Uint8Array(createHmac('sha256', master).update(Message).digest()),
  }));
  dynamo.on(GetCommand).resolves({});
  dynamo.on(PutCommand).resolves({});
  store();
});

type Changes = { [Part in keyof IncomingCall]?: IncomingCall[Part] };

/** A signed call as it reaches us; `changes` are made after it was signed. */
function arrive(
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

const verify = (call: IncomingCall, at = now) => verifySiteCall(gate, call, at);
const reasonOf = async (call: IncomingCall, at = now): Promise<unknown> => {
  const outcome = await Promise.allSettled([verify(call, at)]);
  return outcome[0].status === 'rejected' ? (outcome[0].reason as { reason: string }).reason : 'accepted';
};

describe('verifySiteCall accepts', () => {
  it.each([
    ['hmac-sha256', hmac],
    ['ed25519', ed25519],
  ])('a call signed with %s, and says whose it is from our own tables', async (_title, credentials) => {
    const caller = await verify(arrive(credentials));

    expect(caller).toEqual({
      siteId,
      controllerId: site.controllerId,
      keyId: credentials.keyId,
      platform: 'wordpress',
      vendor: false,
      purposes: ['service', 'login', 'risk-based-login'],
      scopes: ['collect'],
      country: 'DE',
      timeZone: 'Europe/Berlin',
    });
  });

  it('a call without a body, with a query, with an idempotency key', async () => {
    expect(await reasonOf(arrive(hmac, { method: 'GET', body: '' }))).toBe('accepted');
    expect(await reasonOf(arrive(hmac, { url: `${origin}/v1/requests?a=b%20c&d` }))).toBe('accepted');
    expect(await reasonOf(arrive(hmac, { idempotencyKey: 'key-0123456789abcdef' }))).toBe('accepted');
  });

  it('components in any order, and any label', async () => {
    const components = ['content-type', 'content-digest', '@query', '@path', '@method', '@authority'];

    expect(await reasonOf(arrive(hmac, {}, { components, label: 'site' }))).toBe('accepted');
  });

  it('a body of any bytes', async () => {
    expect(await reasonOf(arrive(hmac, { body: '{"name":"Zoë 😀","text":"\\r\\n"}\r\n' }))).toBe('accepted');
  });

  it.each([-30, 30])('a clock that is %i seconds off', async (offset) => {
    expect(
      await reasonOf(arrive(hmac, {}, { created: seconds + offset, expires: seconds + offset + 60 })),
    ).toBe('accepted');
  });

  it.each(['', '{"user":{"id":"7"},"note":"ü"}'])(
    'what an independent signer in Python signs: %s',
    async (body) => {
      // Prepare
      const call = {
        method: 'POST',
        authority: 'rights.example',
        path: '/v1/consents',
        query: '',
        body,
        ...(body !== '' && { contentType: 'application/json' }),
        idempotencyKey: 'python-0123456789abcdef',
        keyId: hmacKeyId,
        secret: secretOf(hmacKeyId).toString('base64'),
        created: seconds,
        expires: seconds + 300,
        nonce: 'cHl0aG9uLXB5dGhvbi1weXRob24',
      };
      const python = spawnSync('python3', ['test/support/sign.py'], {
        input: JSON.stringify(call),
        encoding: 'utf8',
      });
      const headers = JSON.parse(python.stdout) as Record<string, string>;

      // Act
      const caller = await verify({
        method: 'POST',
        path: call.path,
        rawQuery: '',
        headers,
        rawBody: Buffer.from(body),
      });

      // Assess
      expect(caller.siteId).toBe(siteId);
    },
  );
});

const withHeader = (call: IncomingCall, name: string, value: string | undefined): IncomingCall => ({
  ...call,
  headers: { ...call.headers, [name]: value },
});

const wrongSignatures: [string, SignatureChoices, string][] = [
  ['expired', { created: seconds - 200, expires: seconds - 31 }, 'expired'],
  ['not yet valid', { created: seconds + 31, expires: seconds + 60 }, 'not-yet-valid'],
  ['valid for more than five minutes', { created: seconds, expires: seconds + 301 }, 'lives-too-long'],
  ['valid backwards', { created: seconds + 10, expires: seconds + 5 }, 'lives-too-long'],
  ['with a nonce of less than 128 bits', { nonce: 'c2hvcnQtc2hvcnQtc2hvc' }, 'weak-nonce'],
  ['with another tag', { tag: 'web-bot-auth' }, 'wrong-tag'],
  ['that claims another algorithm than its key', { algorithm: 'ed25519' }, 'wrong-algorithm'],
  ['that claims an unknown algorithm', { algorithm: 'rsa-pss-sha512' }, 'wrong-algorithm'],
  ['of a key that is not ours', { keyId: foreignKeyId }, 'key-unknown'],
  ['of a key id that is no id', { keyId: "x#' OR 1=1" }, 'key-unknown'],
  ['with a parameter more', { moreParameters: ';extra=1' }, 'wrong-parameters'],
  ['of another authority', { authority: 'evil.example' }, 'bad-signature'],
  ['of another query', { query: '?a=b' }, 'bad-signature'],
];

describe('verifySiteCall refuses', () => {
  it.each(['signature', 'signature-input'])('a call without %s', async (name) => {
    expect(await reasonOf(withHeader(arrive(hmac), name, undefined))).toBe('unsigned');
  });

  it('a call signed with another secret', async () => {
    const wrong: SiteCredentials = { keyId: hmacKeyId, algorithm: 'hmac-sha256', secret: 'c2VjcmV0' };

    expect(await reasonOf(arrive(wrong))).toBe('bad-signature');
  });

  it('a call signed with another ed25519 key', async () => {
    const other = generateKeyPairSync('ed25519');

    expect(await reasonOf(arrive({ ...ed25519, privateKey: other.privateKey }))).toBe('bad-signature');
  });

  it('A13: a call that was sent before', async () => {
    // Prepare
    const call = arrive(hmac);
    await verify(call);
    dynamo.on(PutCommand).rejects(
      new ConditionalCheckFailedException({
        message: 'there',
        $metadata: {},
        Item: { writer: { S: 'other' } },
      }),
    );

    // Act, Assess
    expect(await reasonOf(call)).toBe('replayed');
    const [first, second] = dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input);
    expect(first?.Item?.['pk']).toBe(second?.Item?.['pk']);
    expect(first).toMatchObject({
      TableName: 'ephemeral',
      ConditionExpression: 'attribute_not_exists(pk)',
      Item: { ttl: seconds + 120 + 30 + 1 },
    });
  });

  it.each(wrongSignatures)('a signature %s', async (_title, choices, reason) => {
    expect(await reasonOf(arrive(hmac, {}, choices))).toBe(reason);
  });

  it.each(['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'])('a signature without %s', async (name) => {
    expect(await reasonOf(arrive(hmac, {}, { without: [name] }))).toBe('wrong-parameters');
  });

  it.each(['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'])(
    'a signature that does not cover %s',
    async (missing) => {
      const all = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'];

      expect(await reasonOf(arrive(hmac, {}, { components: all.filter((name) => name !== missing) }))).toBe(
        'wrong-components',
      );
    },
  );

  it('a signature that does not cover the idempotency key of its call', async () => {
    const call = withHeader(arrive(hmac), 'idempotency-key', 'key-0123456789abcdef');

    expect(await reasonOf(call)).toBe('wrong-components');
  });

  it.each([['@method'], ['@scheme'], ['host'], ['@target-uri']])(
    'a signature that covers %s besides',
    async (extra) => {
      const components = [
        '@method',
        '@authority',
        '@path',
        '@query',
        'content-digest',
        'content-type',
        extra,
      ];

      expect(['wrong-components', 'malformed']).toContain(await reasonOf(arrive(hmac, {}, { components })));
    },
  );

  it('two signatures, both good', async () => {
    const one = arrive(hmac);
    const two = arrive(ed25519, {}, { label: 'sig2' });
    const both = (name: string): string => `${one.headers[name] ?? ''}, ${two.headers[name] ?? ''}`;
    const call = withHeader(
      withHeader(one, 'signature', both('signature')),
      'signature-input',
      both('signature-input'),
    );

    expect(await reasonOf(call)).toBe('several-signatures');
  });

  it('two signatures under one label', async () => {
    const one = arrive(hmac);
    const twice = (name: string): string => `${one.headers[name] ?? ''}, ${one.headers[name] ?? ''}`;
    const call = withHeader(
      withHeader(one, 'signature', twice('signature')),
      'signature-input',
      twice('signature-input'),
    );

    expect(await reasonOf(call)).toBe('several-signatures');
  });

  it.each([
    ['other bytes than were signed', { rawBody: Buffer.from('{"a":2}') }, 'digest-mismatch'],
    ['bytes that merely look alike', { rawBody: Buffer.from('{"a":1}\n') }, 'digest-mismatch'],
    ['another method', { method: 'PUT' }, 'bad-signature'],
    ['another path', { path: '/v1/consents' }, 'bad-signature'],
    ['another query', { rawQuery: 'x=1' }, 'bad-signature'],
    ['a path that decoding has changed', { path: '/v1/records/a b' }, 'path-not-plain'],
  ] satisfies [string, Changes, string][])('a signed call with %s', async (_title, changes, reason) => {
    expect(await reasonOf(arrive(hmac, {}, {}, changes))).toBe(reason);
  });

  it('another content type than was signed', async () => {
    expect(await reasonOf(withHeader(arrive(hmac), 'content-type', 'text/plain'))).toBe('bad-signature');
  });

  it.each([
    ['of another body', contentDigest('{"a":2}')],
    [
      'of another algorithm',
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    ],
    ['twice', `${contentDigest('{"a":1}')}, md5=:AAAA:`],
    ['cut short', 'sha-256=:AAAA:'],
    ['that is none', 'nonsense'],
  ])('a digest %s, also when it is signed', async (_title, digest) => {
    expect(await reasonOf(arrive(hmac, {}, { digest }))).toBe('digest-mismatch');
  });

  it('the Host header is never asked: the authority is that of the public origin', async () => {
    const call = arrive(hmac, { url: 'https://abc.execute-api.example/v1/records' });

    expect(await reasonOf(call)).toBe('bad-signature');
  });

  it.each([
    ['a revoked key', { hmacKey: { state: 'revoked' } }, 'key-revoked'],
    ['a key that its site no longer lists', { site: { keyIds: [edKeyId] } }, 'key-revoked'],
    ['a key of a site that is gone', { hmacKey: { siteId: foreignKeyId } }, 'key-unknown'],
  ] satisfies [string, Parameters<typeof store>[0], string][])('%s', async (_title, rows, reason) => {
    store(rows);

    expect(await reasonOf(arrive(hmac))).toBe(reason);
  });

  it('spends no nonce and asks KMS for nothing before a key is known', async () => {
    await reasonOf(arrive(hmac, {}, { keyId: foreignKeyId }));
    await reasonOf(arrive(hmac, {}, { created: seconds - 200, expires: seconds - 31 }));

    expect(kmsMock.calls()).toHaveLength(0);
    expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
  });

  it('spends no nonce for a signature that is bad', async () => {
    await reasonOf(arrive(hmac, {}, {}, { rawBody: Buffer.from('{}') }));
    await reasonOf(arrive({ keyId: hmacKeyId, algorithm: 'hmac-sha256', secret: 'AAAA' }));

    expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
  });
});

describe('authenticateSite', () => {
  it('answers every refusal with the same 401, and logs the reason as an enum', async () => {
    // Prepare
    const log = recordingLog();
    const door = authenticateSite(gate);
    const refused = [
      withHeader(arrive(hmac), 'signature', undefined),
      arrive(hmac, {}, { keyId: foreignKeyId }),
      arrive(hmac, {}, {}, { rawBody: Buffer.from('{}') }),
      arrive({ keyId: hmacKeyId, algorithm: 'hmac-sha256', secret: 'AAAA' }),
    ];

    // Act
    const outcomes = await Promise.allSettled(refused.map((call) => door(call, now, log)));

    // Assess
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: new Problem('unauthorized') });
      expect(outcome.status === 'rejected' && (outcome.reason as Problem).errors).toBeUndefined();
    }
    expect(log.lines.map(({ values }) => (values as { reason: string }).reason).sort()).toEqual([
      'bad-signature',
      'digest-mismatch',
      'key-unknown',
      'unsigned',
    ]);
  });

  it('lets a fault of ours be a fault: no 401 while KMS or a table fails', async () => {
    kmsMock.on(GenerateMacCommand).rejects(new Error('throttled'));

    await expect(authenticateSite(gate)(arrive(hmac), now, recordingLog())).rejects.not.toBeInstanceOf(
      Problem,
    );
  });

  it('takes its own nonce for unused when the SDK tried twice because an answer was lost', async () => {
    dynamo.on(PutCommand).callsFake((input: { Item: { writer: string } }) => {
      throw new ConditionalCheckFailedException({
        message: 'there',
        $metadata: {},
        Item: { writer: { S: input.Item.writer } },
      });
    });

    expect(await reasonOf(arrive(hmac))).toBe('accepted');
  });
});
