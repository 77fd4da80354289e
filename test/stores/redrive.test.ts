import { spawnSync } from 'node:child_process';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { allCustomMatcher } from 'aws-sdk-client-mock-vitest';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';
import { findBreak } from '#shared/ledger/event.ts';
import { readChain } from '#shared/ledger/ledger-store.ts';
import { recordFailure } from '#shared/requests/conclude.ts';
import { redriveRequest } from '#shared/requests/redrive.ts';
import { AttemptSuperseded, commitChange } from '#shared/requests/request-store.ts';
import type { Work } from '#shared/requests/states.ts';
import { stopRequest } from '#shared/requests/stop-request.ts';
import { TransitionRefused } from '#shared/requests/transitions.ts';
import { advance, fileForEmail, makeRequestWorld, requireRequest } from '#test/support/filed-request.ts';

expect.extend(allCustomMatcher);
const now = new Date('2027-06-15T12:00:00.000Z');
const at = now.toISOString();
const sfn = new SFNClient({ region: 'eu-central-1' });
const calls = mockClient(sfn);
const arnOf = (work: Work) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${work}`;
const machines = { export: { sfn, arn: arnOf('export') }, erasure: { sfn, arn: arnOf('erasure') } };
let world: Awaited<ReturnType<typeof makeRequestWorld>>;

beforeAll(async () => {
  world = await makeRequestWorld();
});
beforeEach(() => {
  calls.reset();
});

describe('race 8: redriveRequest', () => {
  it('starts the next attempt of a request that needs attention; the old attempt writes no more', async () => {
    const requestId = await fileForEmail(world, now);
    await advance(world, requestId, now, 'identity-verified', 'started');
    await recordFailure(world, requestId, { attempt: 1, failed: 'SealBroken', now: at });

    expect(await redriveRequest(world, machines, requestId, now)).toBe(2);

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress', attempt: 2 });
    expect(calls).toHaveReceivedCommandWith(StartExecutionCommand, {
      stateMachineArn: arnOf('export'),
      name: `${requestId}-2`,
      input: JSON.stringify({ requestId, attempt: 2 }),
    });
    const late = commitChange(world, requestId, { event: { note: 'late' }, at, actor: 'system', attempt: 1 });
    await expect(late).rejects.toThrow(AttemptSuperseded);
    expect(findBreak(await readChain(world.ledger, `R#${requestId}`))).toBeUndefined();
  });

  it('starts a third attempt as well, soon after the second', async () => {
    const requestId = await fileForEmail(world, now);
    await advance(world, requestId, now, 'identity-verified', 'started');
    for (const attempt of [1, 2]) {
      await recordFailure(world, requestId, { attempt, failed: 'SealBroken', now: at });
      expect(await redriveRequest(world, machines, requestId, now)).toBe(attempt + 1);
    }

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress', attempt: 3 });
    expect(calls).toHaveReceivedCommandTimes(StartExecutionCommand, 2);
  });

  it('an erasure without a plan cools off to its end; one that was planned goes on with its work', async () => {
    const requestId = await fileForEmail(world, now, { right: 'erasure' });
    await advance(world, requestId, now, 'identity-verified');
    const change = { at, actor: 'system' } as const;
    await commitChange(world, requestId, { ...change, event: 'started', to: 'cooling-off' });
    await recordFailure(world, requestId, { attempt: 1, failed: 'SealBroken', now: at });

    await redriveRequest(world, machines, requestId, now);

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'cooling-off', attempt: 2 });
    await commitChange(world, requestId, { ...change, event: 'elapsed', set: { plannedAt: at } });
    await recordFailure(world, requestId, { attempt: 2, failed: 'SealBroken', now: at });

    await redriveRequest(world, machines, requestId, now);

    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'in-progress', attempt: 3 });
    const started = calls.commandCalls(StartExecutionCommand).map((call) => call.args[0].input);
    expect(started.map(({ stateMachineArn, name }) => [stateMachineArn, name])).toEqual([
      [arnOf('erasure'), `${requestId}-2`],
      [arnOf('erasure'), `${requestId}-3`],
    ]);
  });

  it('starts nothing for an export that its person withdrew once it had failed', async () => {
    const requestId = await fileForEmail(world, now);
    await advance(world, requestId, now, 'identity-verified', 'started');
    await recordFailure(world, requestId, { attempt: 1, failed: 'SealBroken', now: at });

    expect((await stopRequest(world, requestId, { event: 'withdrawn', now })).effects).toEqual([]);

    await expect(redriveRequest(world, machines, requestId, now)).rejects.toThrow(TransitionRefused);
    expect(await requireRequest(world, requestId)).toMatchObject({ state: 'withdrawn', attempt: 1 });
  });

  it('starts nothing for a request that is at work, or was never started', async () => {
    const requestId = await fileForEmail(world, now);
    await expect(redriveRequest(world, machines, requestId, now)).rejects.toThrow(TransitionRefused);
    await advance(world, requestId, now, 'identity-verified', 'started');
    await expect(redriveRequest(world, machines, requestId, now)).rejects.toThrow(TransitionRefused);
    expect(calls).not.toHaveReceivedCommand(StartExecutionCommand);
  });
});

describe('npm run redrive', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['functions/command/redrive.ts', ...args],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          ...clientEnvironment(inject('engine')),
          REQUESTS_TABLE_NAME: world.requests.name,
          LEDGER_TABLE_NAME: world.ledger.name,
          EXPORT_MACHINE_ARN: arnOf('export'),
          ERASURE_MACHINE_ARN: arnOf('erasure'),
        },
      },
    );
    return { status, output: stdout + stderr };
  };

  it('says in plain words that the request is in another state', async () => {
    const requestId = await fileForEmail(world, now);

    expect(run('--stage', 'local', '--request', requestId)).toEqual({
      status: 1,
      output:
        'Nothing was started: the request is in state awaiting-identity, and the event redriven is possible in needs-attention only\n',
    });
  });

  it('tells its usage on --help, and exits with 0', () => {
    const { status, output } = run('--help');

    expect(output).toContain('usage: npm run redrive -- --stage NAME --request ID');
    expect(status).toBe(0);
  });
});
