import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logMessages, type LogMessage } from '#shared/observability/log-messages.ts';
import { openLog } from '#shared/observability/log.ts';
import { keepOutput } from '#test/support/keep-output.ts';

const written: string[] = [];
const siteId = '01938f3e-0000-7000-8000-000000000001';

function lines(): Record<string, unknown>[] {
  return written
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

beforeEach(() => {
  written.length = 0;
  keepOutput(written);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('openLog', () => {
  it('writes a registered message with its ids as one JSON line', () => {
    const log = openLog('test');

    log.info('site-enrolled', { siteId, platform: 'wordpress' });

    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'site-enrolled',
        service: 'test',
        siteId,
        platform: 'wordpress',
      }),
    ]);
  });

  it.each([
    'alice@example.org',
    'Alice said: hello!',
    '+49 30 1234567',
    '0301234567',
    '203.0.113.77',
    '2001:db8::7',
    '::1',
  ])('A18: withholds a value that is no id or enum: %s', (reason) => {
    const log = openLog('test');

    log.warn('site-call-refused', { reason });

    expect(lines()[0]).toMatchObject({ level: 'WARN', reason: 'withheld' });
  });

  it.each([
    'POST /v1/records/{recordId}',
    '$default',
    '/a7vhPE+DFing=',
    siteId,
    '2026-11-24T12:00:00.000Z',
    'R#1',
  ])('logs ids, enums, routes and times as they are: %s', (reason) => {
    const log = openLog('test');

    log.warn('site-call-refused', { reason });

    expect(lines()[0]).toMatchObject({ reason });
  });

  it('A18: drops a value whose key is not registered for the message', () => {
    const log = openLog('test');
    const values: Record<string, string> = { siteId, firstName: 'Alice' };

    log.info('site-enrolled', values);

    expect(written.join('')).not.toContain('Alice');
    expect(lines()[0]).toMatchObject({ siteId });
  });

  it.each(Object.entries(logMessages))(
    'registers no value of %s that the logger would drop',
    (message, keys) => {
      const values = Object.fromEntries(keys.map((key) => [key, 'value']));

      openLog('test').info(message as LogMessage, values);

      expect(lines()).toEqual([
        expect.objectContaining({ ...values, level: 'INFO', message, service: 'test' }),
      ]);
    },
  );

  it('A18: logs an error without its message', () => {
    const log = openLog('test');

    log.error('call-failed', new TypeError('alice@example.org'), { routeKey: 'GET /healthz' });

    expect(lines()[0]).toMatchObject({
      level: 'ERROR',
      message: 'call-failed',
      routeKey: 'GET /healthz',
      failure: { name: 'TypeError' },
    });
    expect(written.join('')).not.toContain('alice');
  });

  it('names the invocation once it knows it', () => {
    const log = openLog('test');

    log.addContext({ awsRequestId: 'invocation-1', functionName: 'http-public' } as Context);
    log.info('call-answered', { status: 200 });

    expect(lines()[0]).toMatchObject({ function_request_id: 'invocation-1', status: 200 });
  });
});
