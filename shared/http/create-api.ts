import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Table } from '#shared/aws/table.ts';
import type { Log } from '#shared/observability/log.ts';
import { answerOnce } from './answer-once.ts';
import { answerProblems } from './answer-problems.ts';
import { writeAnswer, type Response } from './answer.ts';
import type { SiteCaller } from './caller.ts';
import { readCall, type IncomingCall } from './incoming-call.ts';
import { logCalls } from './log-calls.ts';
import { Problem } from './problem.ts';
import type { Incoming, Route } from './route.ts';
import { routeKeyOf, type RouteContract } from './route-contract.ts';

export type ApiOptions = {
  readonly log: Log;
  /** Needed where a route accepts idempotency keys. */
  readonly ephemeral?: Table;
  /** Needed where a route is for sites. Throws `Problem` `unauthorized`. */
  readonly authenticateSite?: (call: IncomingCall, now: Date, log: Log) => Promise<SiteCaller>;
  /** Answers `$default`: what no route of the API fits. */
  readonly answerUnknown?: (call: IncomingCall) => never;
  readonly now?: () => Date;
};

/** Thrown at cold start when routes need what the options do not give. */
export class ApiMisconfigured extends Error {
  override readonly name = 'ApiMisconfigured';
}

export type ApiHandler = (event: APIGatewayProxyEventV2, context: unknown) => Promise<Response>;

/**
 * Makes the Lambda handler of some routes. API Gateway has matched the route already; here the call is authenticated,
 * its input checked, its idempotency key honoured, and its answer or refusal written, in that order: who is not known
 * learns nothing about what is expected.
 */
export function createApi(routes: readonly Route[], options: ApiOptions): ApiHandler {
  const byKey = new Map(routes.map((route) => [routeKeyOf(route.contract), route]));
  refuseMisconfiguration(routes, byKey.size, options);
  const { log, now = () => new Date() } = options;
  const handler = middy<APIGatewayProxyEventV2, Response>()
    .use(logCalls(log))
    .use(answerProblems(log))
    .handler(async (event) => {
      const call = readCall(event);
      const route = byKey.get(event.routeKey);
      if (!route) return (options.answerUnknown ?? notFound)(call);
      return serve(route, call, event.pathParameters ?? {}, now(), options);
    });
  return handler as unknown as ApiHandler;
}

async function serve(
  { contract, prepare }: Route,
  call: IncomingCall,
  params: Readonly<Record<string, string | undefined>>,
  now: Date,
  options: ApiOptions,
): Promise<Response> {
  const incoming: Incoming = {
    params: params as Readonly<Record<string, string>>,
    rawQuery: call.rawQuery,
    contentType: call.headers['content-type'],
    rawBody: call.rawBody,
    ...(await identify(contract, call, now, options)),
    now,
    log: options.log,
  };
  const work = prepare(incoming);
  const answer = options.ephemeral
    ? await answerOnce(options.ephemeral, contract, call, incoming, work)
    : await work();
  return writeAnswer(contract, answer);
}

const bearer = /^Bearer ([\w-]{22,128})$/i;

async function identify(
  contract: RouteContract,
  call: IncomingCall,
  now: Date,
  { authenticateSite, log }: ApiOptions,
): Promise<Pick<Incoming, 'caller' | 'token'>> {
  if (contract.auth === 'none') return { caller: undefined, token: undefined };
  if (contract.auth === 'token') {
    const token = bearer.exec(call.headers['authorization'] ?? '')?.[1];
    if (token === undefined) throw new Problem('token-invalid');
    return { caller: undefined, token };
  }
  if (!authenticateSite) throw new ApiMisconfigured(`no site authentication for ${routeKeyOf(contract)}`);
  const caller = await authenticateSite(call, now, log);
  const fits =
    contract.scope === undefined || [contract.scope].flat().some((one) => caller.scopes.includes(one));
  if (!fits) throw new Problem('scope-missing');
  return { caller, token: undefined };
}

function notFound(): never {
  throw new Problem('not-found');
}

function refuseMisconfiguration(routes: readonly Route[], distinct: number, options: ApiOptions): void {
  if (distinct !== routes.length) throw new ApiMisconfigured('two routes have the same key');
  for (const { contract } of routes) {
    if (contract.idempotent && !options.ephemeral) {
      throw new ApiMisconfigured(`no table for idempotency keys of ${routeKeyOf(contract)}`);
    }
    if (contract.auth === 'site' && !options.authenticateSite) {
      throw new ApiMisconfigured(`no site authentication for ${routeKeyOf(contract)}`);
    }
  }
}
