import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { effect, sendEffects, wantedMessage, type Effect } from '#shared/requests/effects.ts';
import { messageKinds } from '#shared/requests/messages-outbox.ts';

const sqs = new SQSClient({ region: 'eu-central-1' });
const calls = mockClient(sqs);
const queue = { sqs, url: 'https://sqs.example/effects' };
const requestId = '0199d9a2-7b10-7c3e-9d1f-5e0a4b6c7d8e';
const effects: Effect[] = [
  { kind: 'start-work', requestId, attempt: 1, work: 'export' },
  { kind: 'send-message', requestId, messageId: 'ready-1' },
  { kind: 'start-work', requestId, attempt: 2, work: 'erasure' },
];

/** What a careless change could put where an id belongs. */
const wordsOfPeople = [
  ...['', 'alice', 'alice@example.org', 'code-alice', 'ready-alice@example.org', 'ready-AB2CD-3EF4G'],
  ...['code-+48601123456', 'lapsed ', 'ready-1\n', `code-${'a'.repeat(37)}`],
];

beforeEach(() => calls.reset());

describe('race 14: sendEffects', () => {
  it('sends each effect once, in order, as what the queue’s reader parses', async () => {
    calls.on(SendMessageCommand).resolves({});

    await sendEffects(queue, effects);

    const sent = calls.commandCalls(SendMessageCommand).map((call) => call.args[0].input);
    expect(new Set(sent.map(({ QueueUrl }) => QueueUrl))).toEqual(new Set([queue.url]));
    expect(sent.map(({ MessageBody }) => effect.parse(JSON.parse(MessageBody ?? '')))).toEqual(effects);
  });

  it('stops at the first that could not be sent, and says so: the reconciler finds the rest', async () => {
    calls.on(SendMessageCommand).rejects(new Error('queue is away'));

    await expect(sendEffects(queue, effects)).rejects.toThrow('queue is away');
    expect(calls).toReceiveCommandTimes(SendMessageCommand, 1);
  });

  it('A18: puts nothing into the queue that is more than ids', async () => {
    const words = { kind: 'send-message' as const, requestId, messageId: 'ready-alice@example.org' };

    await expect(sendEffects(queue, [words])).rejects.toThrow();
    expect(calls).toReceiveCommandTimes(SendMessageCommand, 0);
  });

  it.each([
    { ...effects[0], attempt: 0 },
    { ...effects[0], work: 'alice' },
    { kind: 'start-work', requestId, attempt: 1 },
    { ...effects[0], requestId: 'alice@example.org' },
    { ...effects[1], email: 'alice@example.org' },
    ...wordsOfPeople.map((messageId) => ({ ...effects[1], messageId })),
    { kind: 'erase-all', requestId },
  ])('A18: the queue of effects takes ids alone: not %j', (one) => {
    expect(effect.safeParse(one).success).toBe(false);
  });

  it.each([
    { requestId: 'alice@example.org', messageId: 'ready-1' },
    { requestId, messageId: 'ready-1', email: 'alice@example.org' },
    ...wordsOfPeople.map((messageId) => ({ requestId, messageId })),
  ])('A18: the queue of mails takes ids alone: not %j', (one) => {
    expect(wantedMessage.safeParse(one).success).toBe(false);
  });

  it('takes every id that a message has', () => {
    const ids = messageKinds.flatMap((kind) => [
      ...[kind, `${kind}-17`, `${kind}-0011223344aabbcc`, `${kind}-${requestId}`],
    ]);

    for (const messageId of ids) expect(wantedMessage.safeParse({ requestId, messageId }).success).toBe(true);
  });
});
