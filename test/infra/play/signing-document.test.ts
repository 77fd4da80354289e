import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { signCall } from '#infra/local/play/site-signature.ts';
import { matchesContentDigest } from '#shared/sites/content-digest.ts';
import { coverageOf, readParameters } from '#shared/sites/signature-profile.ts';
import { hmacVerifier, verifySignature } from '#shared/sites/verify-signature.ts';

const document = readFileSync(path.resolve(import.meta.dirname, '../../../docs/signing.md'), 'utf8');
const text = z.string();
const { keyId, secret, created, expires, calls } = z
  .strictObject({
    ...{ keyId: text, secret: text, created: z.int(), expires: z.int() },
    calls: z.array(
      z.strictObject({
        ...{ method: text, url: text, body: text.optional(), idempotencyKey: text.optional(), nonce: text },
        ...{ signatureBase: z.array(text), headers: z.record(text, text) },
      }),
    ),
  })
  .parse(JSON.parse(/```json\n([^]*?)```/.exec(document)?.[1] ?? ''));
const secretBytes = Buffer.from(secret, 'base64');

describe('docs/signing.md: the vector', () => {
  it('has a call with body and idempotency key, and one without either', () => {
    expect(
      calls.map(({ body, idempotencyKey }) => [body === undefined, idempotencyKey === undefined]),
    ).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(secretBytes.toString('hex')).toBe(/hexkey:([0-9a-f]{64}) /.exec(document)?.[1]);
  });

  it.each(calls)('is what the page in TypeScript makes of $method $url', ({ nonce, headers, ...call }) => {
    const { method, url, body, idempotencyKey } = call;
    const outgoing = {
      method,
      url,
      ...(body !== undefined && { body }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };

    expect(signCall({ keyId, secret }, outgoing, created, nonce, expires - created)).toEqual(headers);
  });

  it.each(calls)(
    'is what the page in Python makes of $method $url',
    ({ method, url, body, idempotencyKey, ...call }) => {
      const { host, pathname, search } = new URL(url);
      const { status, stdout } = spawnSync('python3', ['test/support/sign.py'], {
        encoding: 'utf8',
        input: JSON.stringify({
          ...{
            method,
            authority: host,
            path: pathname,
            query: search.slice(1),
            body: body ?? '',
            idempotencyKey,
          },
          ...{
            contentType: call.headers['content-type'],
            keyId,
            secret,
            created,
            expires,
            nonce: call.nonce,
          },
        }),
      });
      const headers = z.record(text, text).parse(JSON.parse(stdout));

      expect(status).toBe(0);
      // The label is free: what it names is the same.
      const labelled = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        name.toLowerCase().startsWith('signature') ? value.replace(/^\w+=/, 'site=') : value,
      ]);
      expect(Object.fromEntries(labelled)).toEqual(call.headers);
    },
  );

  it.each(calls)('has the signature base of $method $url', ({ signatureBase, headers }) => {
    const signature = createHmac('sha256', secretBytes).update(signatureBase.join('\n')).digest('base64');

    expect(headers['signature']).toBe(`site=:${signature}:`);
  });

  it.each(calls)(
    'A2: is taken by the service: $method $url',
    async ({ method, url, body, idempotencyKey, headers }) => {
      const fields = Object.entries(headers).map(([name, value]) => ({ name, value }));
      const coverage = coverageOf({
        hasBody: body !== undefined,
        hasIdempotencyKey: idempotencyKey !== undefined,
      });
      const verified = verifySignature(
        { kind: 'request', method, targetUri: url, fields },
        coverage,
        (stated) => {
          readParameters(stated, created + 1);
          return Promise.resolve(hmacVerifier(secretBytes));
        },
      );

      await expect(verified).resolves.toMatchObject({ keyid: keyId, tag: 'data-rights' });
      expect(matchesContentDigest(headers['content-digest'] ?? '', Buffer.from(body ?? ''))).toBe(true);
    },
  );
});
