import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Log } from '#shared/observability/log.ts';
import { writeProblem, type Response } from './answer.ts';
import { Problem } from './problem.ts';

/**
 * The one place where errors become answers. What is no `Problem` is a fault of ours: it is logged by its kind and
 * answered as `internal`, with nothing of it shown.
 */
export const answerProblems = (log: Log): MiddlewareObj<APIGatewayProxyEventV2, Response> => ({
  onError: (request) => {
    const { error, event } = request;
    // Set, not returned: what an onError returns ends the chain, and the call's log line would be missing.
    if (error instanceof Problem) {
      request.response = writeProblem(error);
      return;
    }
    log.error('call-failed', error, {
      routeKey: event.routeKey,
      apiRequestId: event.requestContext.requestId,
    });
    request.response = writeProblem(new Problem('internal'));
  },
});
