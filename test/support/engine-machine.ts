import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
  type DescribeExecutionCommandOutput,
  type SFNClient,
} from '@aws-sdk/client-sfn';

const pollMs = 50;
const deadlineMs = 20_000;

/** A state machine in JSONata, made for one test. @returns its ARN */
export async function createMachine(client: SFNClient, roleArn: string, definition: object): Promise<string> {
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: `canary-${randomUUID()}`,
      roleArn,
      definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
    }),
  );
  if (stateMachineArn === undefined) throw new Error('no state machine was made');
  return stateMachineArn;
}

export async function startMachine(client: SFNClient, machine: string, input: unknown): Promise<string> {
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machine, input: JSON.stringify(input) }),
  );
  if (executionArn === undefined) throw new Error('no execution was started');
  return executionArn;
}

/** How an execution ended, and how long it took. */
export type Ending = Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'> & {
  output: unknown;
  seconds: number;
};

/** Waits, at most 20 s, until an execution has ended. */
export async function waitForEnd(client: SFNClient, execution: string): Promise<Ending> {
  const started = performance.now();
  while (performance.now() - started < deadlineMs) {
    const { status, output, error, cause } = await client.send(
      new DescribeExecutionCommand({ executionArn: execution }),
    );
    const seconds = (performance.now() - started) / 1000;
    if (status !== 'RUNNING') return { status, output: output && JSON.parse(output), error, cause, seconds };
    await delay(pollMs);
  }
  throw new Error('the execution did not end in time');
}
