import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Work } from './states.ts';

export type Machine = { readonly sfn: SFNClient; readonly arn: string };
/** The machine of each kind of work. */
export type Machines = Readonly<Record<Work, Machine>>;

/** One execution per attempt: its name says whose it is, so that it cannot be started twice. */
const executionName = (requestId: string, attempt: number): string => `${requestId}-${attempt}`;

/** Starts the work of one attempt; one that was started before is left as it is. */
export async function startExecution(
  { sfn, arn }: Machine,
  requestId: string,
  attempt: number,
): Promise<void> {
  const input = JSON.stringify({ requestId, attempt });
  const command = { stateMachineArn: arn, name: executionName(requestId, attempt), input };
  try {
    await sfn.send(new StartExecutionCommand(command));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** Whether the attempt's execution is at work, has ended, or was never started. */
export async function describeExecution(
  { sfn, arn }: Machine,
  requestId: string,
  attempt: number,
): Promise<'running' | 'ended' | 'missing'> {
  const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${executionName(requestId, attempt)}`;
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? 'running' : 'ended';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'missing';
    throw error;
  }
}
