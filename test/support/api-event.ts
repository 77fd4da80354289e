import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export type EventParts = {
  /** As API Gateway names the route, such as `GET /v1/requests/{requestId}`. */
  routeKey: string;
  /** Defaults to the path of the route key. */
  path?: string;
  params?: Record<string, string>;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
};

/** An API Gateway event of payload 2.0, as the HTTP API makes it. */
export function apiEvent(parts: EventParts): APIGatewayProxyEventV2 {
  const [routeMethod = 'GET', routePath = '/'] = parts.routeKey.split(' ');
  const path = parts.path ?? routePath;
  const method = routeMethod === '$default' ? 'GET' : routeMethod;
  return {
    version: '2.0',
    routeKey: parts.routeKey,
    rawPath: path,
    rawQueryString: parts.query ?? '',
    headers: { host: 'abc123.execute-api.example', 'user-agent': 'canary-agent', ...parts.headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abc123',
      domainName: 'abc123.execute-api.example',
      domainPrefix: 'abc123',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.77', userAgent: 'canary-agent' },
      requestId: 'Zm9vYmFyMTIz=',
      routeKey: parts.routeKey,
      stage: '$default',
      time: '24/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_521_600_000,
    },
    ...(parts.params && { pathParameters: parts.params }),
    ...(parts.body !== undefined && { body: parts.body }),
    isBase64Encoded: parts.isBase64Encoded ?? false,
  };
}
