import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTable } from '#shared/aws/table.ts';
import { createApi } from '#shared/http/create-api.ts';
import { Problem } from '#shared/http/problem.ts';
import { route, type Answer } from '#shared/http/route.ts';
import type { RouteContract } from '#shared/http/route-contract.ts';
import { apiEvent } from '#test/support/api-event.ts';
import { recordingLog } from '#test/support/recording-log.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const dynamo = mockClient(client);
const ephemeral = openTable(client, 'ephemeral');
const key = 'an-idempotency-key-of-32-letters';

const submit = {
  method: 'POST',
  path: '/v1/things',
  operationId: 'makeThing',
  summary: 'A thing',
  auth: 'none',
  idempotent: true,
  responses: { 201: { description: 'Made' } },
} as const satisfies RouteContract;

beforeEach(() => {
  dynamo.reset();
});

function api(contract: RouteContract, work: () => Promise<Answer>) {
  const log = recordingLog();
  const handler = createApi([route(contract, work)], { log, ephemeral });
  const call = async (idempotencyKey: string | undefined = key, body?: string) => {
    const answer = await handler(
      apiEvent({
        routeKey: 'POST /v1/things',
        headers: {
          'content-type': 'application/json',
          ...(idempotencyKey !== '' && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body }),
      }),
      {},
    );
    return { status: answer.statusCode, text: answer.body };
  };
  return { log, call };
}

/** What was written, row by row, in order. */
const rows = (): Record<string, unknown>[] =>
  dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input.Item ?? {});

const made = (): Promise<Answer> => Promise.resolve({ status: 201, body: { thingId: 't-1' } });

describe('answerOnce', () => {
  it('A13: claims the key, works, and keeps status and body', async () => {
    const { call } = api(submit, made);

    const answer = await call();

    expect(answer).toEqual({ status: 201, text: '{"thingId":"t-1"}' });
    expect(rows()).toMatchObject([
      { state: 'claimed' },
      { state: 'answered', answer: '{"status":201,"body":"{\\"thingId\\":\\"t-1\\"}"}' },
    ]);
    expect(rows()[0]?.['claimId']).toBe(rows()[1]?.['claimId']);
  });

  it('A13: keeps nothing of an answer that holds a secret', async () => {
    const { call } = api({ ...submit, answersSecret: true }, () =>
      Promise.resolve({ status: 201, body: { secret: 'canary-secret' } }),
    );

    await call();

    expect(rows()[1]).toMatchObject({ state: 'answered', answer: '{"status":201}' });
    expect(JSON.stringify(rows())).not.toContain('canary');
  });

  it('A14: keeps nothing where the answer says so, not even a digest of the body', async () => {
    const { call } = api(submit, () =>
      Promise.resolve({ status: 201, body: { consentId: 'c-1' }, remember: false }),
    );

    await call();

    expect(rows()[1]).toMatchObject({ state: 'free' });
    expect(rows()[1]).not.toHaveProperty('bodyDigest');
    expect(rows()[1]).not.toHaveProperty('answer');
  });

  it.each([
    ['a fault', new TypeError('x'), 500],
    ['a refusal', new Problem('in-erasure', { retryAfter: 60 }), 409],
  ])('A13: %s frees the key, so that a retry runs again', async (_title, thrown, status) => {
    const { call } = api(submit, () => Promise.reject(thrown));

    const answer = await call();

    expect(answer.status).toBe(status);
    expect(rows().map(({ state }) => state)).toEqual(['claimed', 'free']);
  });

  it('what was done is answered, also where it cannot be kept', async () => {
    dynamo.on(PutCommand).resolvesOnce({}).rejects(new Error('throttled'));
    const { call, log } = api(submit, made);

    const answer = await call();

    expect(answer.status).toBe(201);
    expect(log.lines.map(({ message }) => message)).toContain('answer-not-remembered');
  });

  it('does no work where the key cannot be claimed', async () => {
    dynamo.on(PutCommand).rejects(new Error('throttled'));
    let worked = false;
    const { call } = api(submit, () => {
      worked = true;
      return made();
    });

    expect((await call()).status).toBe(500);
    expect(worked).toBe(false);
  });

  it('knows its own claim when the SDK tried twice because an answer was lost', async () => {
    // Prepare
    dynamo
      .on(PutCommand)
      .callsFakeOnce((input: { Item: { claimId: string } }) => {
        throw new ConditionalCheckFailedException({
          message: 'refused',
          $metadata: {},
          Item: { claimId: { S: input.Item.claimId }, state: { S: 'claimed' } },
        });
      })
      .resolves({});
    const { call } = api(submit, made);

    // Act
    const answer = await call();

    // Assess
    expect(answer.status).toBe(201);
  });

  it('A13: refuses a wrong key before any work; 128 bits where nobody signed', async () => {
    const { call } = api(submit, made);

    for (const wrong of ['short', 'x'.repeat(65), 'with spaces in the key 123456', 'sixteen-letters-']) {
      expect(await call(wrong)).toMatchObject({ status: 422 });
    }
    expect(rows()).toEqual([]);
  });

  it('works without a key, and ignores one where nothing is created', async () => {
    const withoutKey = api(submit, made);
    const reading = api({ ...submit, idempotent: false }, made);

    expect((await withoutKey.call('')).status).toBe(201);
    expect((await reading.call(key)).status).toBe(201);
    expect(rows()).toEqual([]);
  });

  it('A13: a body that does not fit claims no key', async () => {
    const { call } = api(submit, made);

    expect((await call(key, '{"unknown":1}')).status).toBe(422);
    expect(rows()).toEqual([]);
  });
});
