import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { invoke } from '#shared/aws/invoke.ts';

const lambda = new LambdaClient({ region: 'eu-central-1' });
const calls = mockClient(lambda);
const callee = { lambda, name: 'sign' };
const answer = z.strictObject({ jws: z.string() });
type Payload = Extract<Awaited<ReturnType<LambdaClient['send']>>, { Payload?: unknown }>['Payload'];
const payload = (value: unknown): Payload => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { transformToString: () => text } as Payload;
};
const answers = (value: unknown, FunctionError?: string) =>
  calls.on(InvokeCommand).resolves({ Payload: payload(value), ...(FunctionError && { FunctionError }) });

beforeEach(() => calls.reset());

describe('invoke', () => {
  it('sends the payload as JSON, waits, and parses the answer', async () => {
    answers({ jws: 'a..b' });

    expect(await invoke(callee, { requestId: 'r1' }, answer)).toEqual({ jws: 'a..b' });
    expect(calls).toHaveReceivedCommandWith(InvokeCommand, {
      FunctionName: 'sign',
      Payload: Buffer.from('{"requestId":"r1"}'),
    });
  });

  it('A18: a thrown error is known by its name; its message goes no further', async () => {
    answers({ errorType: 'AttemptSuperseded', errorMessage: 'canary@example.org' }, 'Unhandled');
    const failed = invoke(callee, {}, answer);

    await expect(failed).rejects.toMatchObject({
      name: 'InvocationFailed',
      message: 'invoked function failed with AttemptSuperseded',
    });
  });

  it.each([
    { body: { errorMessage: 'Task timed out' } },
    { body: { errorType: 'canary@example.org' } },
    { body: 'null' },
    { body: '' },
    { body: 'not JSON' },
  ])('fails as InvocationFailed whatever stands in the answer: $body', async ({ body }) => {
    answers(body, 'Unhandled');

    await expect(invoke(callee, {}, answer)).rejects.toMatchObject({
      name: 'InvocationFailed',
      message: 'invoked function failed with an unnamed error',
    });
  });

  it.each([{ body: { jws: 1 } }, { body: { jws: 'a', more: 1 } }, { body: 'null' }])(
    'takes no answer of another shape: $body',
    async ({ body }) => {
      answers(body);

      await expect(invoke(callee, {}, answer)).rejects.toBeInstanceOf(z.ZodError);
    },
  );
});
