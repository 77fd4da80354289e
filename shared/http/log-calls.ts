import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Log } from '#shared/observability/log.ts';
import type { Response } from './answer.ts';
import { Problem } from './problem.ts';

type Timed = { startedAt?: number };

/**
 * One line per call: route, status, duration, problem code, API Gateway's request id. The path's ids stay out, and so do
 * query, address, user agent, headers and body (A18).
 */
export const logCalls = (
  log: Log,
): MiddlewareObj<APIGatewayProxyEventV2, Response, Error, Context, Timed> => ({
  before: (request) => {
    request.internal.startedAt = performance.now();
    log.addContext(request.context);
  },
  after: (request) => {
    line(log, request);
  },
  // middy runs no `after` once something has thrown; registered before `answerProblems`, this runs after it.
  onError: (request) => {
    line(log, request, request.error instanceof Problem ? request.error.code : 'internal');
  },
});

function line(
  log: Log,
  {
    event,
    response,
    internal,
  }: { event: APIGatewayProxyEventV2; response: Response | null | undefined; internal: Timed },
  code?: string,
): void {
  log.info('call-answered', {
    routeKey: event.routeKey,
    apiRequestId: event.requestContext.requestId,
    status: response?.statusCode,
    code,
    durationMs: Math.round(performance.now() - (internal.startedAt ?? performance.now())),
  });
}
