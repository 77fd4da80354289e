import { generateKeyPairSync } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifySiteCall } from '#shared/sites/verify-site-call.ts';
import { contentDigest, type SignatureChoices, type SiteCredentials } from '#test/support/site-client.ts';
import {
  arrive,
  dynamo,
  ed25519,
  edKeyId,
  foreignKeyId,
  gate,
  hmac,
  hmacKeyId,
  kmsMock,
  now,
  prepare,
  reasonOf,
  seconds,
  storeSite,
  withHeader,
  type Changes,
} from './enrolled-site.ts';

beforeEach(prepare);

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
    await verifySiteCall(gate, call, now);
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
  ] satisfies [string, Parameters<typeof storeSite>[0], string][])('%s', async (_title, rows, reason) => {
    storeSite(rows);

    expect(await reasonOf(arrive(hmac))).toBe(reason);
  });

  it('spends no nonce and asks KMS for nothing before a key is known', async () => {
    await reasonOf(arrive(hmac, {}, { keyId: foreignKeyId }));
    await reasonOf(arrive(hmac, {}, { created: seconds - 200, expires: seconds - 31 }));
    await reasonOf(arrive(hmac, {}, { algorithm: 'ed25519' }));

    expect(kmsMock.calls()).toHaveLength(0);
    expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
  });

  it('asks no table for what is no key id', async () => {
    await reasonOf(arrive(hmac, {}, { keyId: "x#' OR 1=1" }));

    expect(dynamo.calls()).toHaveLength(0);
  });

  it('spends no nonce for a signature that is bad', async () => {
    await reasonOf(arrive(hmac, {}, {}, { rawBody: Buffer.from('{}') }));
    await reasonOf(arrive({ keyId: hmacKeyId, algorithm: 'hmac-sha256', secret: 'AAAA' }));

    expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
  });
});
