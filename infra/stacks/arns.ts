import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Buckets } from '#infra/constructs/buckets.ts';
import type { DeployedFunction } from '#infra/constructs/deployed-function.ts';
import type { Keys } from '#infra/constructs/keys.ts';
import type { Mail } from '#infra/constructs/mail.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import { workIndex, type Tables } from '#infra/constructs/tables.ts';
import type { FunctionName } from '#infra/powers/functions.ts';
import type { MachineName, ResourceName } from '#infra/powers/power.ts';

export type Resources = {
  readonly keys: Keys;
  readonly tables: Tables;
  readonly buckets: Buckets;
  readonly queues: Queues;
  readonly mail: Mail;
  readonly functions: Record<FunctionName, DeployedFunction>;
  readonly machines: Readonly<Record<MachineName, StateMachine>>;
};

/** ARNs as the powers name them. `objects` and `executions` are named by their container, since they come and go. */
export function arnsOf(resources: Resources): (name: Exclude<ResourceName, 'log/own'>) => string {
  const { keys, tables, buckets, queues, mail, functions, machines } = resources;
  const arns = new Map<string, string>([
    ...Object.entries(keys).map(([name, key]) => [`key/${name}`, key.keyArn] as const),
    ...Object.entries(tables).map(([name, table]) => [`table/${name}`, table.tableArn] as const),
    [`table-index/requests/work`, `${tables.requests.tableArn}/index/${workIndex}`],
    ...Object.entries(buckets).flatMap(
      ([name, bucket]) =>
        [
          [`bucket/${name}`, bucket.bucketArn],
          [`objects/${name}`, bucket.arnForObjects('*')],
        ] as const,
    ),
    ...Object.entries(queues).map(([name, queue]) => [`queue/${name}`, queue.queueArn] as const),
    ...Object.entries(functions).map(
      ([name, { lambda }]) => [`function/${name}`, lambda.functionArn] as const,
    ),
    ['sms/phones', '*'],
    ['mail/identity', mail.identityArn],
    ['mail/configuration-set', mail.configurationSetArn],
    ...Object.entries(machines).flatMap(
      ([name, machine]) =>
        [
          [`machine/${name}`, machine.stateMachineArn],
          [`executions/${name}`, executionsOf(machine)],
        ] as const,
    ),
  ]);
  return (name) => {
    const arn = arns.get(name);
    if (arn === undefined) throw new TypeError(`no resource is called ${name}`);
    return arn;
  };
}

const executionsOf = (machine: StateMachine): string =>
  Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
