import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import * as z from 'zod';
import { id } from '#shared/http/fields.ts';
import { problems, type ProblemCode } from '#shared/http/problems.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { describeDatasets, dropDatePattern } from './dataset-schemas.ts';

type Document = ReturnType<typeof createDocument>;

const problem = z
  .strictObject({
    type: z
      .string()
      .meta({ description: `urn:data-rights:problem:, then one of ${Object.keys(problems).join(', ')}` }),
    title: z.string(),
    status: z.int(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457. `errors` names what is wrong with the input, never what was sent',
  });

const idempotencyKey = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .optional()
  .meta({
    description:
      'Same caller, route, key and body: same answer, for 24 hours. At least 22 characters in a call that is not signed',
  });

/** The OpenAPI 3.1 document of these routes. The same contracts give the same document. */
export function describeApi(contracts: readonly RouteContract[], version: string): Document {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const contract of contracts) {
    const operations = (paths[contract.path] ??= {});
    operations[contract.method.toLowerCase()] = describeRoute(contract);
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Data rights pipeline',
      version,
      description:
        'Sites sign their calls (RFC 9421); people prove an address and then hold a token. Times are RFC 3339 in UTC, ids UUIDs. Problems are `application/problem+json`; 429, 413 over 10 MB and 503 of the gateway itself are `{message}`.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { securitySchemes, schemas: describeDatasets() },
  };
  return createDocument(document, { override: dropDatePattern });
}

const securitySchemes = {
  siteSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature-Input',
    description:
      'HTTP Message Signature (RFC 9421), exactly one, with `Signature`. Covers @method, @authority, @path, @query (an empty one as `?`), content-digest (sha-256, RFC 9530, also of an empty body), content-type where there is a body, idempotency-key where there is one; no more, no less. Parameters created, expires (at most 300 s later), nonce (128 bits), keyid, alg (hmac-sha256 or ed25519), tag="data-rights".',
  },
  requestToken: { type: 'http', scheme: 'bearer', description: 'Token of a proven request, 30 minutes' },
} as const;

function describeRoute(contract: RouteContract): ZodOpenApiOperationObject {
  const { operationId, summary, description, body } = contract;
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    security: security[contract.auth],
    requestParams: describeParameters(contract),
    ...(body && { requestBody: { required: !body.safeParse(undefined).success, content: json(body) } }),
    responses: describeResponses(contract),
  };
}

const security: Record<RouteContract['auth'], Record<string, string[]>[]> = {
  none: [],
  site: [{ siteSignature: [] }],
  token: [{ requestToken: [] }],
};

function describeParameters({
  path,
  params,
  query,
  idempotent,
}: RouteContract): NonNullable<ZodOpenApiOperationObject['requestParams']> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const pathParameters = params ?? z.object(Object.fromEntries(names.map((name) => [name, id])));
  return {
    ...(names.length > 0 && { path: pathParameters }),
    ...(query && { query }),
    ...(idempotent && { header: z.object({ 'Idempotency-Key': idempotencyKey }) }),
  };
}

function describeResponses(contract: RouteContract): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, { description, schema, contentType }] of Object.entries(contract.responses)) {
    responses[keyOf(Number(status))] = {
      description,
      ...(schema && { content: contentType === undefined ? json(schema) : { [contentType]: { schema } } }),
    };
  }
  for (const [status, description] of problemsOf(contract)) {
    responses[keyOf(status)] ??= {
      description,
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

/** The library's type of a status, as a key. */
const keyOf = (status: number): `2${string}` => String(status) as `2${string}`;

/** The problems that a route can answer with, one description per status. */
function problemsOf(contract: RouteContract): Map<number, string> {
  const byStatus = new Map<number, string>();
  for (const code of problemCodes(contract)) {
    const { status, title } = problems[code];
    byStatus.set(status, [byStatus.get(status), title].filter(Boolean).join(' '));
  }
  return new Map([...byStatus].sort(([left], [right]) => left - right));
}

function problemCodes(contract: RouteContract): ProblemCode[] {
  const { method, path, auth, scope, idempotent, responses } = contract;
  if (Object.keys(responses).length === 0) return ['not-available', 'too-large', 'internal'];
  return [
    ...(auth === 'site' ? (['unauthorized'] as const) : []),
    ...(auth === 'token' ? (['token-invalid'] as const) : []),
    ...(scope ? (['scope-missing'] as const) : []),
    ...(path.includes('{') ? (['not-found'] as const) : []),
    ...(method === 'GET' ? [] : (['malformed', 'unsupported-media-type', 'too-deep'] as const)),
    ...(idempotent ? (['in-progress', 'idempotency-mismatch'] as const) : []),
    ...(contract.answersSecret ? (['already-issued'] as const) : []),
    ...(contract.problems ?? []),
    'validation',
    'too-large',
    'internal',
  ];
}

const json = (schema: z.ZodType): { 'application/json': { schema: z.ZodType } } => ({
  'application/json': { schema },
});
