import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Answer } from './route.ts';
import type { RouteContract } from './route-contract.ts';
import { problems, type ProblemCode } from './problems.ts';
import type { Problem } from './problem.ts';

export type Response = APIGatewayProxyStructuredResultV2 & {
  statusCode: number;
  headers: Record<string, string>;
};

/**
 * Every answer carries the same headers, whatever it says (A21: an answer to an unknown address must not differ).
 * What we answer is personal or about to be out of date: no cache keeps it (A30).
 */
const alwaysSent = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000',
} as const;

/** A successful answer; its media type is that of the contract. */
export function writeAnswer(contract: RouteContract, { status, body, headers }: Answer): Response {
  const contentType = contract.responses[status]?.contentType;
  if (contentType !== undefined && typeof body === 'string')
    return respond(status, contentType, body, headers);
  return respond(
    status,
    'application/json; charset=utf-8',
    body === undefined ? '' : JSON.stringify(body),
    headers,
  );
}

/** A refusal as RFC 9457 problem details. */
export function writeProblem({ code, status, errors, retryAfter, allow }: Problem): Response {
  const body = { type: `urn:data-rights:problem:${code}`, title: problems[code].title, status, errors };
  const headers: Record<string, string> = { ...challenges[code] };
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  if (allow) headers['allow'] = allow.join(', ');
  return respond(status, 'application/problem+json', JSON.stringify(body), headers);
}

/** A 401 names the scheme that is expected (RFC 9110, section 15.5.2). */
const challenges: Partial<Record<ProblemCode, Record<string, string>>> = {
  unauthorized: { 'www-authenticate': 'Signature' },
  'token-invalid': { 'www-authenticate': 'Bearer' },
};

const respond = (
  statusCode: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Response => ({ statusCode, headers: { ...alwaysSent, 'content-type': contentType, ...headers }, body });
