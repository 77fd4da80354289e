import { Stack, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { createLogGroup } from './log-group.ts';
import type { HttpFunctionName, Routes } from './routes.ts';

type Options = Pick<Stage, 'throttle' | 'keepData' | 'logRetentionDays'> & {
  readonly functions: Record<HttpFunctionName, DeployedFunction>;
  readonly routes: Routes;
};

/** What is logged of a call: no source address, user agent, query or path, since ids in a path are someone's (A18). */
const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    at: AccessLogField.contextRequestTimeEpoch(),
    route: '$context.routeKey',
    status: '$context.status',
    answeredBytes: '$context.responseLength',
    milliseconds: '$context.responseLatency',
    functionMilliseconds: '$context.integrationLatency',
  }),
);

/** The HTTP API: one integration per function, every route by name, all else to `http/public`, which answers 404. */
export function createHttpApi(scope: Construct, options: Options): HttpApi {
  const place = new Construct(scope, 'Http');
  // No CORS: plugins call from servers, and browsers have nothing to call here.
  const api = new HttpApi(place, 'Api', { apiName: Stack.of(scope).stackName, createDefaultStage: false });
  for (const [name, own] of Object.entries(options.routes)) {
    const { lambda } = options.functions[name as HttpFunctionName];
    const integration = new HttpLambdaIntegration(name, lambda, { scopePermissionToRoute: false });
    const keys = own.map(({ method, path }) => HttpRouteKey.with(path, HttpMethod[method]));
    if (name === 'http/public') keys.push(HttpRouteKey.DEFAULT);
    for (const routeKey of keys) addRoute(place, api, routeKey, integration);
  }
  createStage(place, api, options);
  return api;
}

function addRoute(
  place: Construct,
  httpApi: HttpApi,
  routeKey: HttpRouteKey,
  integration: HttpLambdaIntegration,
): void {
  const route = new HttpRoute(place, routeKey.key, { httpApi, routeKey, integration });
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The functions authenticate: HTTP message signatures of sites, codes and request tokens of persons.',
  });
}

function createStage(place: Construct, httpApi: HttpApi, { throttle, ...stage }: Options): void {
  const log = createLogGroup(place, 'AccessLog', stage);
  new HttpStage(place, 'Stage', {
    httpApi,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
    accessLogSettings: { destination: new LogGroupLogDestination(log), format: accessLog },
  });
}
