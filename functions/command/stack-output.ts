import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CommandRefused } from './command-refused.ts';

/**
 * An output of a stage's stack, such as `SitesTableName`. A variable of that name in capitals (`SITES_TABLE_NAME`) goes
 * first, so that a command can be pointed at a table by hand.
 * @throws CommandRefused
 */
export async function readStackOutput(stage: string, output: string): Promise<string> {
  const variable = output.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  const stackName = `DataRights-${stage}`;
  const { Stacks } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
  if (value === undefined) throw new CommandRefused(`stack ${stackName} has no output ${output}`);
  return value;
}
