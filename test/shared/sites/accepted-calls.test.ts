import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifySiteCall } from '#shared/sites/verify-site-call.ts';
import {
  arrive,
  ed25519,
  gate,
  hmac,
  hmacKeyId,
  now,
  origin,
  prepare,
  reasonOf,
  seconds,
  secretOf,
  site,
  siteId,
} from './enrolled-site.ts';

beforeEach(prepare);

describe('verifySiteCall accepts', () => {
  it.each([
    ['hmac-sha256', hmac],
    ['ed25519', ed25519],
  ])('a call signed with %s, and says whose it is from our own tables', async (_title, credentials) => {
    const caller = await verifySiteCall(gate, arrive(credentials), now);

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
      const caller = await verifySiteCall(
        gate,
        {
          method: 'POST',
          path: call.path,
          rawQuery: '',
          headers,
          rawBody: Buffer.from(body),
        },
        now,
      );

      // Assess
      expect(caller.siteId).toBe(siteId);
    },
  );
});
