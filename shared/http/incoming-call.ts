import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

/** The largest body that is read, in bytes. */
const largestBody = 1_000_000;

/** An HTTP call as it came in, before anything in it is believed. */
export type IncomingCall = {
  readonly method: string;
  /** Decoded by API Gateway. */
  readonly path: string;
  readonly rawQuery: string;
  /** Names in lower case; several values of one name joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
};

/**
 * Reads the parts of an API Gateway event (payload 2.0) that we use. The Host header is not among them.
 *
 * @throws Problem `too-large`
 */
export function readCall(event: APIGatewayProxyEventV2): IncomingCall {
  const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (rawBody.length > largestBody) throw new Problem('too-large');
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    rawQuery: event.rawQueryString,
    headers: event.headers,
    rawBody,
  };
}
