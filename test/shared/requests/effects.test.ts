import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { effect, sendEffects, type Effect } from '#shared/requests/effects.ts';

const sqs = new SQSClient({ region: 'eu-central-1' });
const calls = mockClient(sqs);
const queue = { sqs, url: 'https://sqs.example/effects' };
const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const effects: Effect[] = [
  { kind: 'start-work', requestId, attempt: 1 },
  { kind: 'send-message', requestId, messageId: 'ready-1' },
];

beforeEach(() => calls.reset());

describe('race 14: sendEffects', () => {
  it('sends each effect once, in order, as what the queue’s reader parses', async () => {
    calls.on(SendMessageCommand).resolves({});

    await sendEffects(queue, effects);

    const sent = calls.commandCalls(SendMessageCommand).map((call) => call.args[0].input);
    expect(sent.map(({ QueueUrl }) => QueueUrl)).toEqual([queue.url, queue.url]);
    expect(sent.map(({ MessageBody }) => effect.parse(JSON.parse(MessageBody ?? '')))).toEqual(effects);
  });

  it('stops at the first that could not be sent, and says so: the reconciler finds the rest', async () => {
    calls.on(SendMessageCommand).rejects(new Error('queue is away'));

    await expect(sendEffects(queue, effects)).rejects.toThrow('queue is away');
    expect(calls).toReceiveCommandTimes(SendMessageCommand, 1);
  });

  it.each([
    { ...effects[0], attempt: 0 },
    { ...effects[0], requestId: 'alice@example.org' },
    { ...effects[1], email: 'alice@example.org' },
    { kind: 'erase-all', requestId },
  ])('A18: takes ids alone: not %j', (one) => {
    expect(effect.safeParse(one).success).toBe(false);
  });
});
