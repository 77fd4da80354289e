import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { engineAgent, type EngineAddress } from './engine-clients.ts';
import { listenOnLoopback } from './ports.ts';

/** API Gateway gives an integration 30 s; the answer of one that took all of it must still come through. */
const answerMs = 35_000;
const headersMs = 10_000;
const requestMs = 60_000;
/** They belong to one connection, and there are two here (RFC 9110, 7.6.1); `host` names the server that is called. */
const ownOfConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'host',
]);

export type FrontDoor = {
  port: number;
  /** What the API's callers sign: `http://127.0.0.1:PORT`. */
  origin: string;
  /** From now on calls reach this API; before, each is answered with 503. */
  leadTo: (engine: EngineAddress, apiId: string) => void;
  close: () => Promise<void>;
};

/**
 * Plain HTTP on loopback in front of the engine's HTTP API, so that addresses look as in production: `/v1/x` here is
 * `/_aws/execute-api/{apiId}/$default/v1/x` there. Method, path, query, headers and body pass as they are.
 * @param port 0 takes a free one
 * @throws StartFailure when the port is in use
 */
export async function openFrontDoor(port: number): Promise<FrontDoor> {
  let pass: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    answer(response, 503, 'Service Unavailable');
  };
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs },
    (request, response) => {
      pass(request, response);
    },
  );
  const taken = await listenOnLoopback(server, port);
  return {
    port: taken,
    origin: `http://127.0.0.1:${taken}`,
    leadTo: (engine, apiId) => {
      pass = passTo(engine, `/_aws/execute-api/${apiId}/$default`);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passTo(engine: EngineAddress, prefix: string) {
  const agent = engineAgent(engine.caFile);
  const { host } = new URL(engine.url);
  return (request: IncomingMessage, response: ServerResponse): void => {
    const target = request.url ?? '';
    // Only the origin form is an address of this API (RFC 9112, 3.2); no `*`, no absolute form.
    if (!target.startsWith('/')) {
      answer(response, 400, 'Bad Request');
      return;
    }
    const onward = https.request(engine.url, {
      agent,
      method: request.method,
      path: prefix + target,
      headers: ['host', host, ...passedOn(request.rawHeaders)],
      timeout: answerMs,
    });
    onward
      .once('response', (upstream) => {
        response.writeHead(upstream.statusCode ?? 502, upstream.statusMessage, passedOn(upstream.rawHeaders));
        upstream.once('error', () => response.destroy()).pipe(response);
      })
      .once('timeout', () => onward.destroy(new Error('timeout')))
      .once('error', (error) => {
        if (response.headersSent) response.destroy();
        else if (error.message === 'timeout') answer(response, 504, 'Gateway Timeout');
        else answer(response, 503, 'Service Unavailable');
      });
    request.once('error', () => onward.destroy()).pipe(onward);
    response.once('close', () => onward.destroy());
  };
}

/** Names and values in turn, as they came, repeated ones too. */
function passedOn(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, position) => {
    const name = rawHeaders[position - (position % 2)] ?? '';
    return !ownOfConnection.has(name.toLowerCase());
  });
}

/** As API Gateway answers by itself. */
function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
