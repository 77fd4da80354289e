/** An engine of executions that starts nothing itself: it keeps what was started, and says how it stands. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import type { Machines } from '#shared/requests/start-execution.ts';

export type Executions = {
  readonly machines: Machines;
  /** By `requestId-attempt`. */
  readonly standing: Map<string, 'RUNNING' | 'SUCCEEDED' | 'ABORTED'>;
  /** What the question how one stands waits for before it is answered. */
  lag: () => Promise<void>;
};

export function openExecutions(): Executions {
  const standing: Executions['standing'] = new Map();
  const sfn = new SFNClient({ region: 'eu-central-1' });
  const calls = mockClient(sfn);
  calls.on(StartExecutionCommand).callsFake(({ name }: { name: string }) => {
    if (standing.has(name)) throw new ExecutionAlreadyExists({ message: 'is there', $metadata: {} });
    standing.set(name, 'RUNNING');
    return {};
  });
  calls.on(DescribeExecutionCommand).callsFake(async ({ executionArn }: { executionArn: string }) => {
    await executions.lag();
    const status = standing.get(executionArn.split(':').at(-1) ?? '');
    if (!status) throw new ExecutionDoesNotExist({ message: 'is not there', $metadata: {} });
    return { status };
  });
  const arn = (work: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${work}`;
  const executions: Executions = {
    machines: { export: { sfn, arn: arn('export') }, erasure: { sfn, arn: arn('erasure') } },
    standing,
    lag: () => Promise.resolve(),
  };
  return executions;
}
