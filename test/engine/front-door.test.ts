import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { openFrontDoor, type FrontDoor } from '#infra/local/front-door.ts';
import { deployCanary } from '#test/support/engine-canary.ts';

const engine = inject('engine');
/** The canary answers with the event that API Gateway gave it. */
const eventSchema = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});
let door: FrontDoor;

beforeAll(async () => {
  const canary = await deployCanary(engine);
  door = await openFrontDoor(0);
  door.leadTo(engine, canary.outputs['ApiId'] ?? '');
});
afterAll(() => door.close());

type Call = { method?: string; target: string; headers?: Record<string, string | string[]>; body?: Buffer };

async function send({ method = 'GET', target, headers = {}, body }: Call) {
  const request = http.request({
    port: door.port,
    host: '127.0.0.1',
    method,
    path: target,
    headers: { ...headers, ...(body ? { 'content-length': String(body.length) } : {}) },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const answered = await text(response);
  return { status: response.statusCode, headers: response.headers, answered };
}
const sendForEvent = async (call: Call) => eventSchema.parse(JSON.parse((await send(call)).answered));

describe('a call arrives as it was sent', () => {
  it.each([
    ['/v1/x?b=2&a=1&a=%20%2B', '/v1/x', 'b=2&a=1&a=%20%2B'],
    ['/a/./b/../c//d~-._', '/a/./b/../c//d~-._', ''],
  ])('target %s', async (target, path, query) => {
    const event = await sendForEvent({ target });

    expect(event).toMatchObject({ rawPath: path, rawQueryString: query });
  });

  it.each(['DELETE', 'PUT', 'POST', 'PATCH'])('method %s', async (method) => {
    const event = await sendForEvent({ method, target: '/x', body: Buffer.from('{}') });

    expect(event.requestContext.http.method).toBe(method);
  });

  it('headers, signatures too', async () => {
    const signature = 'site=:MEUCIQDz/AbC+d==:';
    const event = await sendForEvent({
      target: '/x',
      headers: {
        Signature: signature,
        'Signature-Input': 'site=("@method");tag="data-rights"',
        'X-Two': ['a', 'b'],
      },
    });

    expect(event.headers).toMatchObject({
      signature,
      'signature-input': 'site=("@method");tag="data-rights"',
    });
    expect(event.headers['x-two']?.replaceAll(' ', '')).toBe('a,b');
  });

  it('the body, byte for byte', async () => {
    const body = Buffer.from('\uFEFF{"a":"ä\\u0000"}\r\n \u{1F600}'.repeat(20_000));

    const event = await sendForEvent({
      method: 'POST',
      target: '/x',
      headers: { 'content-type': 'application/json' },
      body,
    });

    const arrived = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    expect(createHash('sha256').update(arrived).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
  });

  it('the answer comes back with its status and headers', async () => {
    const { status, headers } = await send({ target: '/x' });

    expect(status).toBe(201);
    expect(headers).toMatchObject({ 'x-canary': 'sings', 'content-type': 'application/json' });
  });
});

describe('what is no address of the API goes nowhere', () => {
  async function sendLine(line: string): Promise<string> {
    const socket = connect(door.port, '127.0.0.1');
    socket.end(`${line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    return (await text(socket)).split('\r\n')[0] ?? '';
  }

  it.each(['OPTIONS * HTTP/1.1', 'GET http://127.0.0.1/_ministack/health HTTP/1.1'])('%s', async (line) => {
    expect(await sendLine(line)).toBe('HTTP/1.1 400 Bad Request');
  });

  it('a path that climbs stays inside the API', async () => {
    const { status, answered } = await send({ target: '/../../../_ministack/health' });

    expect(status).toBe(201);
    expect(eventSchema.parse(JSON.parse(answered)).rawPath).toBe('/../../../_ministack/health');
  });

  it("a Host header of the caller's choice does not choose another service", async () => {
    const event = await sendForEvent({ target: '/x', headers: { Host: 'some-bucket.s3.localhost' } });

    expect(event.headers['host']).toBe(new URL(engine.url).host);
  });
});

it('before the API is there, and when the engine is gone, the answer is 503', async () => {
  const early = await openFrontDoor(0);
  const before = await fetch(`${early.origin}/x`);
  early.leadTo({ ...engine, url: 'https://127.0.0.1:9' }, 'none');
  const gone = await fetch(`${early.origin}/x`);
  await early.close();

  expect([before.status, gone.status]).toEqual([503, 503]);
  expect(await gone.json()).toEqual({ message: 'Service Unavailable' });
});
