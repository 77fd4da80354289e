import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeExecution, startExecution } from '#shared/requests/start-execution.ts';

const sfn = new SFNClient({ region: 'eu-central-1' });
const calls = mockClient(sfn);
const machine = { sfn, arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:export' };
const fault = { message: 'no', $metadata: {} };

beforeEach(() => calls.reset());

describe('race 8: startExecution', () => {
  it('is named by request and attempt, and hands over these alone', async () => {
    calls.on(StartExecutionCommand).resolves({});

    await startExecution(machine, 'r1', 2);

    expect(calls).toHaveReceivedCommandWith(StartExecutionCommand, {
      stateMachineArn: machine.arn,
      name: 'r1-2',
      input: '{"requestId":"r1","attempt":2}',
    });
  });

  it('leaves one that was started before as it is; every other error is one', async () => {
    calls
      .on(StartExecutionCommand)
      .rejectsOnce(new ExecutionAlreadyExists(fault))
      .rejects(new Error('throttled'));

    await expect(startExecution(machine, 'r1', 2)).resolves.toBeUndefined();
    await expect(startExecution(machine, 'r1', 2)).rejects.toThrow('throttled');
  });
});

describe('race 10: describeExecution', () => {
  it.each([
    { status: 'RUNNING' as const, state: 'running' },
    { status: 'SUCCEEDED' as const, state: 'ended' },
    { status: 'FAILED' as const, state: 'ended' },
    { status: 'TIMED_OUT' as const, state: 'ended' },
    { status: 'ABORTED' as const, state: 'ended' },
  ])('$status is $state', async ({ status, state }) => {
    calls.on(DescribeExecutionCommand).resolves({ status });

    expect(await describeExecution(machine, 'r1', 2)).toBe(state);
    expect(calls).toHaveReceivedCommandWith(DescribeExecutionCommand, {
      executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:export:r1-2',
    });
  });

  it('one that is not there is missing; what could not be asked is an error', async () => {
    calls
      .on(DescribeExecutionCommand)
      .rejectsOnce(new ExecutionDoesNotExist(fault))
      .rejects(new Error('throttled'));

    expect(await describeExecution(machine, 'r1', 2)).toBe('missing');
    await expect(describeExecution(machine, 'r1', 2)).rejects.toThrow('throttled');
  });
});
