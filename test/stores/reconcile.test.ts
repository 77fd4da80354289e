import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { getItem, openTable } from '#shared/aws/table.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { endMessage, readMessage } from '#shared/requests/messages-outbox.ts';
import { reconcile } from '#shared/requests/reconcile.ts';
import { requestKey } from '#shared/requests/request-record.ts';
import { commitChange } from '#shared/requests/request-store.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

let world: Awaited<ReturnType<typeof makeRequestWorld>>;
const now = new Date('2027-06-15T12:00:00.000Z');
const seconds = (n: number): Date => new Date(now.getTime() + n * 1_000);
const many = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));

/** It sweeps its world whole, so each test has its own. */
beforeEach(async () => {
  world = await makeRequestWorld();
});

describe('race 10: reconcile', () => {
  const sfn = new SFNClient({ region: 'eu-central-1' });
  const machines = mockClient(sfn);
  const machine = { sfn, arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:export' };
  const executionArn = (id: string) => `${machine.arn.replace(':stateMachine:', ':execution:')}:${id}-1`;
  /** An engine of executions, of which these are not there, and these have ended. */
  function executions({ missing, ended }: { missing: string[]; ended: string[] }): void {
    const started = new Set<string>();
    machines.reset();
    machines.on(StartExecutionCommand).callsFake(({ name }: { name: string }) => {
      started.add(`${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`);
      return {};
    });
    machines.on(DescribeExecutionCommand).callsFake((input: { executionArn: string }) => {
      const of = (ids: string[]) => ids.map(executionArn).includes(input.executionArn);
      if (of(missing) && !started.has(input.executionArn))
        throw new ExecutionDoesNotExist({ message: 'no', $metadata: {} });
      return { status: of(ended) ? 'TIMED_OUT' : 'RUNNING' };
    });
  }

  it('starts what was not started, raises what ended without a word, once, and leaves the rest alone', async () => {
    // Prepare
    const [missing = '', ended = '', running = '', done = ''] = await many(4, () => fileForEmail(world, now));
    for (const id of [missing, ended, running, done])
      await advance(world, id, now, 'identity-verified', 'started');
    await commitChange(world, done, {
      event: 'tasks-ended',
      at: now.toISOString(),
      actor: 'system',
      attempt: 1,
    });
    executions({ missing: [missing], ended: [ended] });

    // Act
    const early = await reconcile(world, machine, seconds(119));
    const first = await reconcile(world, machine, seconds(121));
    const second = await reconcile(world, machine, seconds(121));

    // Assess
    expect([early, first, second].map((run) => [run.started, run.ended])).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    expect(machines).toReceiveCommandTimes(StartExecutionCommand, 1);
    expect(machines).toHaveReceivedCommandWith(StartExecutionCommand, {
      name: `${missing}-1`,
      input: JSON.stringify({ requestId: missing, attempt: 1 }),
    });
    expect(await requireRequest(world, ended)).toMatchObject({ state: 'needs-attention' });
    expect((await readChain(world.ledger, `R#${ended}`)).at(-1)).toMatchObject({
      type: 'step-failed',
      facts: { attempt: 1, error: 'ExecutionEndedSilently' },
    });
    for (const id of [missing, running]) expect((await requireRequest(world, id)).state).toBe('in-progress');
  });

  it('asks again for each message that still stands in the outbox, until it is sent', async () => {
    executions({ missing: [], ended: [] });
    const ids = await many(5, () => fileForEmail(world, now, { codeId: 'code-1' }));
    const [sent = '', dropped = ''] = ids;
    const end = (id: string, state: 'sent' | 'dropped') =>
      endMessage(world.requests, id, 'code-1', { state, at: now.toISOString() });
    await end(sent, 'sent');
    await end(dropped, 'dropped');

    const early = await reconcile(world, machine, seconds(119));
    const first = await reconcile(world, machine, seconds(121));
    for (const id of ids.slice(2)) await end(id, 'sent');
    const second = await reconcile(world, machine, seconds(121));

    expect(early.effects).toEqual([]);
    expect(first.effects.map(({ requestId }) => requestId).sort()).toEqual(ids.slice(2).sort());
    expect(second.effects).toEqual([]);
  });

  it('race 14: leaves the mail queue its two hours before it asks again', async () => {
    executions({ missing: [], ended: [] });
    await fileForEmail(world, now, { codeId: 'code-1' });
    const asked: number[] = [];
    for (const at of [121, 122, 9_100, 9_300])
      asked.push((await reconcile(world, machine, seconds(at))).effects.length);

    expect(asked).toEqual([1, 0, 0, 1]);
  });

  it('race 14: a message that was sent while the index still showed it is neither asked for nor a failure', async () => {
    executions({ missing: [], ended: [] });
    const id = await fileForEmail(world, now, { codeId: 'code-1' });
    const other = { ...world, requests: openTable(dynamoClient(), world.requests.name) };
    other.requests.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'UpdateItemCommand')
            await endMessage(world.requests, id, 'code-1', { state: 'sent', at: now.toISOString() });
          return next(args);
        },
      { step: 'initialize', name: 'sentMeanwhile' },
    );

    expect(await reconcile(other, machine, seconds(121))).toMatchObject({ effects: [], failures: [] });
    expect(await readMessage(world.requests, id, 'code-1')).toMatchObject({ state: 'sent' });
  });

  it('acts on the request as it is, where the index still shows it as it was', async () => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, 'identity-verified', 'started');
    const lagging = await getItem(world.requests, requestKey(id, 'META'));
    await advance(world, id, now, 'tasks-ended');
    const ended = await getItem(world.requests, requestKey(id, 'META'));
    const { workPk, workSk } = lagging ?? {};
    await world.requests.client.send(
      new PutCommand({ TableName: world.requests.name, Item: { ...ended, workPk, workSk } }),
    );
    executions({ missing: [id], ended: [] });

    expect(await reconcile(world, machine, seconds(121))).toMatchObject({ started: 0, ended: 0 });
    expect(machines).toReceiveCommandTimes(StartExecutionCommand, 0);
  });

  it('raises nothing of an execution that had its word after all, in between', async () => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, 'identity-verified', 'started');
    machines.reset();
    machines.on(DescribeExecutionCommand).callsFake(async () => {
      await commitChange(world, id, {
        event: 'tasks-ended',
        at: now.toISOString(),
        actor: 'system',
        attempt: 1,
      });
      return { status: 'SUCCEEDED' };
    });

    expect(await reconcile(world, machine, seconds(121))).toMatchObject({ started: 0, ended: 0 });
    expect((await requireRequest(world, id)).state).toBe('fulfilled');
  });
});
