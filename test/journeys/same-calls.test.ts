import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeAll, describe, expect, inject, it, vi, type MockInstance } from 'vitest';
import { kmsClient } from '#shared/aws/kms.ts';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { apiEvent } from '#test/support/api-event.ts';
import { enrolSite } from '#test/support/site.ts';
import {
  accountRecord,
  giveConsent,
  makePerson,
  sendRecords,
  stayWithinTheHour,
  submitAndProve,
  withToken,
} from '#test/support/person.ts';
import { consentWithPhone, makePhone, waitForTexts } from '#test/support/second-identifier.ts';
import type { ApiHandler } from '#shared/http/create-api.ts';

/** One request of an AWS client on its way out. */
type Sent = { method: string; path: string; headers: Record<string, string>; body?: string | Uint8Array };

const known = makePerson('known');
let handler: ApiHandler;
let sent: MockInstance<(request: Sent) => unknown>;

/** The deployed function's own code, in this process, with the variables that it is deployed with. */
beforeAll(async () => {
  await stayWithinTheHour();
  const site = await enrolSite();
  await giveConsent(site, known);
  await sendRecords(site, known, [accountRecord(known)]);
  const FunctionName = inject('stack').outputs['HttpSubjectFunctionName'];
  const { Environment } = await lambdaClient().send(new GetFunctionConfigurationCommand({ FunctionName }));
  for (const [name, value] of Object.entries(Environment?.Variables ?? {})) {
    if (!name.startsWith('AWS_')) vi.stubEnv(name, value);
  }
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  ({ handler } = await import('#functions/http/subject/handler.ts'));
  // All clients share the class of their HTTP handler: what passes it is what leaves the process.
  const wire = Object.getPrototypeOf(kmsClient().config.requestHandler) as {
    handle: (request: Sent) => unknown;
  };
  sent = vi.spyOn(wire, 'handle');
  return () => {
    sent.mockRestore();
    vi.unstubAllEnvs();
  };
});
afterEach(() => {
  sent.mockClear();
});

/** Service, action, and the shape of what is sent: names and kinds of values, tables by name. */
function describeSent({ method, path, headers, body }: Sent): unknown[] {
  const [, service = ''] = /\/(\w+)\/aws4_request/.exec(headers['authorization'] ?? '') ?? [];
  const action = headers['x-amz-target'] ?? `${method} ${path}`;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return [service, action, shapeOf(JSON.parse(text))];
}
function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => shapeOf(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shapeOf(child, key)]));
  return name.endsWith('TableName') || name.endsWith('Expression') ? value : typeof value;
}

async function callsOf(
  routeKey: string,
  body: unknown,
  { params, headers }: { params?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<unknown[]> {
  sent.mockClear();
  const answer = await handler(
    apiEvent({
      routeKey,
      ...(params && { params }),
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
    { awsRequestId: 'call', functionName: 'http-subject' },
  );
  expect(answer.statusCode).toBe(202);
  return sent.mock.calls.map(([request]) => describeSent(request));
}
const intake = (email: string): Promise<unknown[]> =>
  callsOf('POST /v1/subject/requests', { right: 'access', identifier: { kind: 'email', value: email } });

describe('A21 A24: the AWS calls of an intake', () => {
  it('are the same, in order, action and shape, for an address that is known and one that is not', async () => {
    await intake(makePerson('warms-up').email);

    const forKnown = await intake(known.email);
    const forUnknown = await intake(makePerson('unknown').email);

    expect(forUnknown).toEqual(forKnown);
    expect(forKnown.map((call) => (call as string[])[1])).toEqual([
      'TrentService.GenerateMac',
      'DynamoDB_20120810.UpdateItem',
      'DynamoDB_20120810.UpdateItem',
      expect.stringMatching(/^POST \/2015-03-31\/functions\/.+\/invocations$/),
      'DynamoDB_20120810.GetItem',
      'TrentService.Decrypt',
      'DynamoDB_20120810.TransactWriteItems',
      expect.stringMatching(/^AmazonSQS\.SendMessage/),
    ]);
  });

  it('read neither the index nor a record: there is nothing to be found out', async () => {
    const calls = JSON.stringify(await intake(known.email));

    for (const table of ['Index', 'Directory', 'Records'])
      expect(calls).not.toContain(inject('stack').outputs[`${table}TableName`]);
    expect(calls).toContain(inject('stack').outputs['RequestsTableName']);
  });
});

describe('A21 A24: the AWS calls of naming a second identifier', () => {
  /** Names numbers in one request of the owner's; all but the reads of the ledger, of which each event adds one. */
  async function beginNaming(email: string) {
    const { requestId, token } = await submitAndProve(email);
    const name = (value: string): Promise<unknown[]> =>
      callsOf(
        'POST /v1/subject/requests/{requestId}/identifiers',
        { kind: 'phone', value },
        { params: { requestId }, headers: withToken(token) },
      );
    await name(makePhone());
    return name;
  }
  const isReadOfLedger = (call: unknown): boolean => {
    const text = JSON.stringify(call);
    return text.includes(inject('stack').outputs['LedgerTableName'] ?? '-') && text.includes('GetItem');
  };
  const others = (calls: unknown[]): unknown[] => calls.filter((call) => !isReadOfLedger(call));

  it('are the same, in order, action and shape, for the phone of a profile in reach and for one of nobody', async () => {
    const [owner, phone] = [makePerson('owner'), makePhone()];
    await consentWithPhone(await enrolSite(), owner, phone);
    const name = await beginNaming(owner.email);

    const forOwn = await name(phone);
    const forUnknown = await name(makePhone());

    expect(others(forUnknown)).toEqual(others(forOwn));
    expect(forUnknown.length - forOwn.length).toBe(1);
    expect(others(forOwn).map((call) => (call as string[])[1])).toEqual([
      'DynamoDB_20120810.GetItem',
      'DynamoDB_20120810.GetItem',
      'DynamoDB_20120810.UpdateItem',
      'TrentService.GenerateMac',
      'DynamoDB_20120810.Query',
      'DynamoDB_20120810.Query',
      'DynamoDB_20120810.UpdateItem',
      'DynamoDB_20120810.UpdateItem',
      'DynamoDB_20120810.GetItem',
      'TrentService.Decrypt',
      'DynamoDB_20120810.GetItem',
      'DynamoDB_20120810.TransactWriteItems',
      expect.stringMatching(/^AmazonSQS\.SendMessage/),
    ]);
    await waitForTexts(phone);
  });

  it('are the same where the phone has had its codes for the hour, and no text message follows', async () => {
    const [owner, phone] = [makePerson('used-up'), makePhone()];
    await consentWithPhone(await enrolSite(), owner, phone);
    const earlier = await beginNaming(owner.email);
    for (const _ of [1, 2, 3]) await earlier(phone);
    await waitForTexts(phone, 3);
    const name = await beginNaming(owner.email);

    const usedUp = [await name(phone), await name(phone)];
    const unknown = await name(makePhone());

    for (const calls of usedUp) expect(others(calls)).toEqual(others(unknown));
    const [later, other] = [makePerson('later'), makePhone()];
    await consentWithPhone(await enrolSite(), later, other);
    await (
      await beginNaming(later.email)
    )(other);
    await waitForTexts(other);
    expect(await waitForTexts(phone, 3)).toHaveLength(3);
  });
});
