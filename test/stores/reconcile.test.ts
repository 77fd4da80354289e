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
import type { Work } from '#shared/requests/states.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
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
  const calls = mockClient(sfn);
  const arnOf = (work: Work) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${work}`;
  const machines = {
    export: { sfn, arn: arnOf('export') },
    erasure: { sfn, arn: arnOf('erasure') },
  };
  const executionOf = (arn: string, name: string) =>
    `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
  const executionArn = (id: string, work: Work = 'export', attempt = 1) =>
    executionOf(arnOf(work), `${id}-${attempt}`);
  const coolOff = async (id: string): Promise<void> => {
    await advance(world, id, now, 'identity-verified');
    const started = { event: 'started', to: 'cooling-off', at: now.toISOString(), actor: 'subject' } as const;
    await commitChange(world, id, { ...started, set: { restricts: true } });
  };
  /** An engine of executions, of which these are not there, and these have ended. */
  function executions({ missing, ended }: { missing: string[]; ended: string[] }): void {
    const started = new Set<string>();
    calls.reset();
    calls.on(StartExecutionCommand).callsFake((input: { stateMachineArn: string; name: string }) => {
      started.add(executionOf(input.stateMachineArn, input.name));
      return {};
    });
    calls.on(DescribeExecutionCommand).callsFake((input: { executionArn: string }) => {
      if (missing.includes(input.executionArn) && !started.has(input.executionArn))
        throw new ExecutionDoesNotExist({ message: 'no', $metadata: {} });
      return { status: ended.includes(input.executionArn) ? 'TIMED_OUT' : 'RUNNING' };
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
    executions({ missing: [executionArn(missing)], ended: [executionArn(ended)] });

    // Act
    const early = await reconcile(world, machines, seconds(119));
    const first = await reconcile(world, machines, seconds(121));
    const second = await reconcile(world, machines, seconds(121));

    // Assess
    expect([early, first, second].map((run) => [run.started, run.ended])).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    expect(calls).toReceiveCommandTimes(StartExecutionCommand, 1);
    expect(calls).toHaveReceivedCommandWith(StartExecutionCommand, {
      stateMachineArn: arnOf('export'),
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

  it('an erasure is at work while it cools off, and after it was stopped until its profiles are free again', async () => {
    // Prepare
    const [missing = '', ended = '', stopped = '', unstarted = ''] = await many(4, () =>
      fileForEmail(world, now, { right: 'erasure' }),
    );
    for (const id of [missing, ended, stopped]) await coolOff(id);
    await advance(world, unstarted, now, 'identity-verified');
    for (const id of [stopped, unstarted]) await stopRequest(world, id, { event: 'withdrawn', now });
    executions({
      missing: [executionArn(missing, 'erasure'), executionArn(stopped, 'erasure', 2)],
      ended: [executionArn(ended, 'erasure')],
    });

    // Act
    const first = await reconcile(world, machines, seconds(121));
    const second = await reconcile(world, machines, seconds(121));

    // Assess
    expect([first, second].map((run) => [run.started, run.ended, run.failures])).toEqual([
      [2, 1, []],
      [0, 0, []],
    ]);
    const started = calls.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);
    expect(started.map(({ stateMachineArn, name }) => [stateMachineArn, name]).sort()).toEqual(
      [
        [arnOf('erasure'), `${missing}-1`],
        [arnOf('erasure'), `${stopped}-2`],
      ].sort(),
    );
    expect((await requireRequest(world, missing)).state).toBe('cooling-off');
    expect((await requireRequest(world, ended)).state).toBe('needs-attention');
    expect((await requireRequest(world, stopped)).state).toBe('withdrawn');
  });

  it('a stopped erasure whose execution ended without freeing its profiles is begun again, in the next attempt', async () => {
    const [stopped = ''] = await many(1, () => fileForEmail(world, now, { right: 'erasure' }));
    await coolOff(stopped);
    await stopRequest(world, stopped, { event: 'withdrawn', now });
    executions({
      missing: [executionArn(stopped, 'erasure', 3)],
      ended: [executionArn(stopped, 'erasure', 2)],
    });

    const runs = [
      await reconcile(world, machines, seconds(121)),
      await reconcile(world, machines, seconds(121)),
    ];

    expect(runs.map(({ started, ended, failures }) => [started, ended, failures])).toEqual([
      [1, 0, []],
      [0, 0, []],
    ]);
    expect(await requireRequest(world, stopped)).toMatchObject({ state: 'withdrawn', attempt: 3 });
  });

  it('asks again for each message that still stands in the outbox, until it is sent', async () => {
    executions({ missing: [], ended: [] });
    const ids = await many(5, () => fileForEmail(world, now, { codeId: 'code-1' }));
    const [sent = '', dropped = ''] = ids;
    const end = (id: string, state: 'sent' | 'dropped') =>
      endMessage(world.requests, id, 'code-1', { state, at: now.toISOString() });
    await end(sent, 'sent');
    await end(dropped, 'dropped');

    const early = await reconcile(world, machines, seconds(119));
    const first = await reconcile(world, machines, seconds(121));
    for (const id of ids.slice(2)) await end(id, 'sent');
    const second = await reconcile(world, machines, seconds(121));

    expect(early.effects).toEqual([]);
    expect(first.effects.map(({ requestId }) => requestId).sort()).toEqual(ids.slice(2).sort());
    expect(second.effects).toEqual([]);
  });

  it('race 14: leaves the mail queue its two hours before it asks again', async () => {
    executions({ missing: [], ended: [] });
    await fileForEmail(world, now, { codeId: 'code-1' });
    const asked: number[] = [];
    for (const at of [121, 122, 9_100, 9_300])
      asked.push((await reconcile(world, machines, seconds(at))).effects.length);

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

    expect(await reconcile(other, machines, seconds(121))).toMatchObject({ effects: [], failures: [] });
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
    executions({ missing: [executionArn(id)], ended: [] });

    expect(await reconcile(world, machines, seconds(121))).toMatchObject({ started: 0, ended: 0 });
    expect(calls).toReceiveCommandTimes(StartExecutionCommand, 0);
  });

  it('raises nothing of an execution that had its word after all, in between', async () => {
    const id = await fileForEmail(world, now);
    await advance(world, id, now, 'identity-verified', 'started');
    calls.reset();
    calls.on(DescribeExecutionCommand).callsFake(async () => {
      await commitChange(world, id, {
        event: 'tasks-ended',
        at: now.toISOString(),
        actor: 'system',
        attempt: 1,
      });
      return { status: 'SUCCEEDED' };
    });

    expect(await reconcile(world, machines, seconds(121))).toMatchObject({ started: 0, ended: 0 });
    expect((await requireRequest(world, id)).state).toBe('fulfilled');
  });
});
