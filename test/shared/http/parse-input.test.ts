import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseBody, parseParams, parseQuery } from '#shared/http/parse-input.ts';
import { Problem } from '#shared/http/problem.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';

const contract = {
  method: 'POST',
  path: '/v1/things/{thingId}',
  operationId: 'makeThing',
  summary: 'A thing',
  auth: 'none',
  idempotent: true,
  body: z.strictObject({
    right: z.enum(['access', 'portability']),
    user: z
      .strictObject({ email: z.email(), tags: z.record(z.string(), z.string().max(3)).optional() })
      .optional(),
    deep: z.unknown().optional(),
  }),
  responses: { 201: { description: 'Made' } },
} as const satisfies RouteContract;

function refusal(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const parse = (text: string | Buffer, contentType = 'application/json'): unknown =>
  parseBody(contract, Buffer.from(text), contentType);
const nested = (levels: number): string =>
  `{"right":"access","deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

describe('parseBody', () => {
  it('gives the body that fits', () => {
    expect(parse('{"right":"access"}', 'application/json; charset=utf-8')).toEqual({ right: 'access' });
  });

  it.each([
    ['no JSON', '{"right":'],
    ['nothing at all', ''],
    ['a byte order mark', '\ufeff{"right":"access"}'],
    ['bytes that are not UTF-8', Buffer.from('{"right":"access","deep":"\xff"}', 'latin1')],
  ])('A29: refuses %s as malformed', (_title, text) => {
    expect(refusal(() => parse(text))).toMatchObject({ code: 'malformed', status: 400 });
  });

  it.each(['text/plain', '', 'application/jsonp', 'application/json; charset=latin1', 'multipart/form-data'])(
    'refuses the media type "%s"',
    (contentType) => {
      const problem = refusal(() => parse('{"right":"access"}', contentType));
      expect(problem).toMatchObject({ code: 'unsupported-media-type', status: 415 });
    },
  );

  it('A29: takes eight levels of nesting and refuses nine, however many there are', () => {
    expect(parse(nested(8))).toBeDefined();
    expect(refusal(() => parse(nested(9)))).toMatchObject({ code: 'too-deep', status: 422 });
    expect(refusal(() => parse(nested(400_000))).code).toBe('too-deep');
  });

  it.each(['{"right":"access","__proto__":{"admin":true}}', '{"right":"access","deep":[{"__proto__":1}]}'])(
    'A29: refuses a key that reaches a prototype: %s',
    (text) => {
      expect(refusal(() => parse(text)).code).toBe('validation');
    },
  );

  it('names unknown fields and what was expected', () => {
    const problem = refusal(() => parse('{"right":"everything","user":{"email":"x"},"colour":1}'));

    expect(problem.status).toBe(422);
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(['colour', 'right', 'user.email']);
  });

  it('accepts nothing, or an empty object, where the contract has no body', () => {
    const { body: _unused, ...without } = contract;

    expect(parseBody(without, Buffer.from(''), undefined)).toBeUndefined();
    expect(parseBody(without, Buffer.from('{}'), 'application/json')).toEqual({});
    expect(refusal(() => parseBody(without, Buffer.from('{"a":1}'), 'application/json')).code).toBe(
      'validation',
    );
  });

  it('A29: never echoes what was sent, neither in values nor in made-up keys', () => {
    const canary = fc.string({ minLength: 1 }).map((text) => `${text}@canary`);
    const bodies = fc.oneof(
      fc.record({ right: canary }),
      fc.record({
        right: fc.constant('access'),
        user: fc.record({ email: canary.map((text) => ` ${text}`) }),
      }),
      canary.map((key) => ({ right: 'access', [key]: 1 })),
      canary.map((key) => ({
        right: 'access',
        user: { email: 'a@example.org', tags: { [key]: 'long enough' } },
      })),
      fc.record({ right: fc.constant('access'), user: canary }),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const problem = refusal(() => parse(JSON.stringify(body)));
        expect(problem.errors?.length).toBeGreaterThan(0);
        expect(JSON.stringify(problem.errors)).not.toContain('canary');
      }),
    );
  });

  it('A29: lists at most twenty errors', () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, index]));

    expect(refusal(() => parse(JSON.stringify(body))).errors).toHaveLength(20);
  });
});

describe('parseParams', () => {
  it('gives ids', () => {
    const thingId = '01938f3e-5b0a-7000-8000-000000000001';
    expect(parseParams(contract, { thingId })).toEqual({ thingId });
  });

  it.each([
    '1',
    '..',
    '01938F3E-5B0A-7000-8000-000000000001',
    "' OR 1=1",
    '01938f3e-5b0a-7000-8000-00000000000',
  ])('A35: what is no id names nothing: %s', (thingId) => {
    expect(refusal(() => parseParams(contract, { thingId }))).toMatchObject({
      code: 'not-found',
      status: 404,
    });
  });
});

describe('parseQuery', () => {
  const listing = { ...contract, query: z.strictObject({ max: z.string() }) };

  it('refuses any query where the contract has none', () => {
    expect(parseQuery(contract, '')).toBeUndefined();
    expect(refusal(() => parseQuery(contract, 'email=alice@example.org'))).toMatchObject({
      code: 'validation',
      errors: [{ path: 'query' }],
    });
  });

  it('checks the query that the contract names', () => {
    expect(parseQuery(listing, 'max=5')).toEqual({ max: '5' });
    expect(refusal(() => parseQuery(listing, 'max=5&max=6')).code).toBe('validation');
    expect(refusal(() => parseQuery(listing, 'max=5&more=6')).errors).toEqual([
      { path: 'query.more', message: 'unknown field' },
    ]);
  });
});
